import { createRequire } from "node:module";
import type { Policies } from "@pulumi/policy";
import analyzer from "@pulumi/pulumi/proto/analyzer_pb.js";
import struct from "google-protobuf/google/protobuf/struct_pb.js";
import { urnOf } from "./policy.ts";

// Asks policies through the SDK's own analyzer, in the messages that the engine sends.

interface Server {
  makeAnalyzeRpcFun: MakeRpc<analyzer.AnalyzeRequest>;
  makeAnalyzeStackRpcFun: MakeRpc<analyzer.AnalyzeStackRequest>;
}
type MakeRpc<Request> = (
  pack: string,
  version: string,
  level: string,
  policies: Policies,
) => (
  call: { readonly request: Request },
  callback: (error: Error | null | undefined, response: analyzer.AnalyzeResponse) => void,
) => void;

const server = createRequire(import.meta.url)("@pulumi/policy/server") as Server;

export interface Sent {
  readonly type: string;
  readonly name: string;
  readonly props?: object;
  readonly stack?: string;
  /** URN. */
  readonly parent?: string;
  readonly dependencies?: readonly string[];
  readonly provider?: Omit<Sent, "provider">;
}

export interface Violation {
  readonly policy: string;
  readonly level: "advisory" | "mandatory";
  readonly urn: string;
  readonly message: string;
}

/** What the policies say about one resource. */
export const analyze = (policies: Policies, sent: Sent): Promise<Violation[]> =>
  ask(server.makeAnalyzeRpcFun("test", "1.0.0", "advisory", policies), request(sent), urn(sent));

/** What the policies say about a stack. */
export const analyzeStack = (policies: Policies, sent: readonly Sent[]): Promise<Violation[]> =>
  ask(
    server.makeAnalyzeStackRpcFun("test", "1.0.0", "advisory", policies),
    new analyzer.AnalyzeStackRequest().setResourcesList(sent.map(resource)),
    "",
  );

export const ROOT = { type: "pulumi:pulumi:Stack", name: "program-test" } as const;

export const urn = ({ type, name, stack = "test" }: Sent): string =>
  urnOf(type, name).replace("urn:pulumi:test:", `urn:pulumi:${stack}:`);

export const request = (sent: Sent): analyzer.AnalyzeRequest =>
  new analyzer.AnalyzeRequest()
    .setType(sent.type)
    .setName(sent.name)
    .setUrn(urn(sent))
    .setOptions(new analyzer.AnalyzerResourceOptions())
    .setProperties(properties(sent));

export const resource = (sent: Sent): analyzer.AnalyzerResource =>
  new analyzer.AnalyzerResource()
    .setType(sent.type)
    .setName(sent.name)
    .setUrn(urn(sent))
    .setOptions(new analyzer.AnalyzerResourceOptions())
    .setParent(sent.parent ?? "")
    .setDependenciesList([...(sent.dependencies ?? [])])
    .setProvider(sent.provider && provider(sent.provider))
    .setProperties(properties(sent));

const provider = (sent: Sent): analyzer.AnalyzerProviderResource =>
  new analyzer.AnalyzerProviderResource()
    .setType(sent.type)
    .setName(sent.name)
    .setUrn(urn(sent))
    .setProperties(properties(sent));

// Through JSON, which leaves out what is undefined as the engine does.
const properties = ({ props = {} }: Sent): struct.Struct =>
  struct.Struct.fromJavaScript(
    JSON.parse(JSON.stringify(props)) as Record<string, struct.JavaScriptValue>,
  );

function ask<Request>(
  rpc: ReturnType<MakeRpc<Request>>,
  request: Request,
  subject: string,
): Promise<Violation[]> {
  return new Promise((resolve, reject) => {
    rpc({ request }, (error, response) => {
      if (error !== null && error !== undefined) reject(error);
      else
        resolve(response.getDiagnosticsList().map((diagnostic) => violation(diagnostic, subject)));
    });
  });
}

const violation = (diagnostic: analyzer.AnalyzeDiagnostic, subject: string): Violation => ({
  policy: diagnostic.getPolicyname(),
  level:
    diagnostic.getEnforcementlevel() === analyzer.EnforcementLevel.MANDATORY
      ? "mandatory"
      : "advisory",
  urn: diagnostic.getUrn() || subject,
  message: diagnostic.getMessage(),
});
