import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { delimiter, dirname, join } from "node:path";
import type * as grpc from "@grpc/grpc-js";
import empty from "google-protobuf/google/protobuf/empty_pb.js";
import languageService from "@pulumi/pulumi/proto/language_grpc_pb.js";
import language from "@pulumi/pulumi/proto/language_pb.js";
import plugin from "@pulumi/pulumi/proto/plugin_pb.js";
import { serve, unary } from "../serve.ts";

// Stands in for Pulumi's Node.js language host where that is not installed: it starts the SDK's own
// `cmd/run` and `cmd/run-policy-pack`, and does nothing else.

/** The SDK has told the user what is wrong; the engine adds nothing (cmd/run/index.js). */
const ALREADY_TOLD = 32;

const children = new Set<ChildProcess>();
const engineAddress = process.argv.at(-1) ?? "";

// A program without an engine does not end: the SDK fails to report that it failed, and reports that, for ever.
process.on("exit", () => {
  for (const child of children) child.kill("SIGKILL");
});

serve(languageService.LanguageRuntimeService, {
  handshake: unary(() => Promise.resolve(new language.LanguageHandshakeResponse())),
  getRequiredPackages: unary(() => Promise.resolve(new language.GetRequiredPackagesResponse())),
  getRequiredPlugins: unary(() => Promise.resolve(new language.GetRequiredPluginsResponse())),
  getPluginInfo: unary(() => Promise.resolve(new plugin.PluginInfo().setVersion(sdkVersion()))),
  runtimeOptionsPrompts: unary(() => Promise.resolve(new language.RuntimeOptionsResponse())),
  about: unary(() =>
    Promise.resolve(
      new language.AboutResponse().setExecutable(process.execPath).setVersion(process.version),
    ),
  ),
  getProgramDependencies: unary(() =>
    Promise.resolve(new language.GetProgramDependenciesResponse()),
  ),
  run: unary(({ request }: { request: language.RunRequest }) => run(request)),
  runPlugin,
  cancel: unary(() => {
    for (const child of children) child.kill("SIGTERM");
    return Promise.resolve(new empty.Empty());
  }),
} satisfies grpc.UntypedServiceImplementation);

async function run(request: language.RunRequest): Promise<language.RunResponse> {
  const info = request.getInfo();
  const programDirectory = info?.getProgramDirectory() ?? request.getPwd();
  const options = (info?.getOptions()?.toJavaScript() ?? {}) as Record<string, unknown>;
  const exitCode = await wait(
    start(
      "run",
      [
        ["--monitor", request.getMonitorAddress()],
        ["--engine", engineAddress],
        ["--organization", request.getOrganization()],
        ["--project", request.getProject()],
        ["--root-directory", info?.getRootDirectory() ?? ""],
        ["--stack", request.getStack()],
        ["--pwd", request.getPwd()],
        ["--parallel", request.getParallel().toString()],
        request.getDryrun() ? ["--dry-run"] : [],
        [join(programDirectory, info?.getEntryPoint() ?? request.getProgram())],
        request.getArgsList(),
      ].flat(),
      {
        cwd: request.getPwd(),
        env: {
          ...process.env,
          PULUMI_CONFIG: JSON.stringify(Object.fromEntries(request.getConfigMap().getEntryList())),
          PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(request.getConfigsecretkeysList()),
          PULUMI_NODEJS_TYPESCRIPT: String(options["typescript"] !== false),
        },
        stdio: ["ignore", "inherit", "inherit"],
      },
    ),
  );
  const response = new language.RunResponse();
  if (exitCode === ALREADY_TOLD) return response.setBail(true);
  if (exitCode !== 0)
    response.setError(`Program exited with non-zero exit code: ${String(exitCode)}`);
  return response;
}

/** Runs a policy pack, and streams what it prints: its first line is the port of its own service. */
function runPlugin(
  call: grpc.ServerWritableStream<language.RunPluginRequest, language.RunPluginResponse>,
): void {
  const { request } = call;
  if (request.getKind() !== "analyzer") {
    call.destroy(
      new Error(`This stand-in runs policy packs, not plugins of kind "${request.getKind()}"`),
    );
    return;
  }
  const directory = request.getInfo()?.getProgramDirectory() ?? request.getPwd();
  const environment = request.getEnvList().map((pair) => {
    const at = pair.indexOf("=");
    return [pair.slice(0, at), pair.slice(at + 1)] as const;
  });
  const child = start("run-policy-pack", [...request.getArgsList(), directory], {
    cwd: directory,
    env: { ...process.env, ...Object.fromEntries(environment) },
    stdio: ["ignore", "pipe", "pipe"],
  });
  child.stdout?.on("data", (bytes: Uint8Array) => {
    call.write(new language.RunPluginResponse().setStdout(bytes));
  });
  child.stderr?.on("data", (bytes: Uint8Array) => {
    call.write(new language.RunPluginResponse().setStderr(bytes));
  });
  // The engine ends a pack by ending the call.
  call.on("cancelled", () => child.kill("SIGTERM"));
  void wait(child).then((exitCode) => {
    call.write(new language.RunPluginResponse().setExitcode(exitCode ?? 1));
    call.end();
  });
}

function start(
  command: "run" | "run-policy-pack",
  args: readonly string[],
  options: Parameters<typeof spawn>[2] & { readonly cwd: string; readonly env: NodeJS.ProcessEnv },
): ChildProcess {
  // The program's own SDK, not the one of this stand-in.
  const program = createRequire(join(options.cwd, "package.json"));
  const script = program.resolve(`@pulumi/pulumi/cmd/${command}`);
  const path = [dirname(process.execPath), options.env["PATH"]].join(delimiter);
  const child = spawn(process.execPath, [script, ...args], {
    ...options,
    env: { ...options.env, PATH: path },
  });
  children.add(child);
  return child;
}

const wait = (child: ChildProcess): Promise<number | null> =>
  new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (exitCode) => {
      children.delete(child);
      resolve(exitCode);
    });
  });

function sdkVersion(): string {
  const file = createRequire(import.meta.url).resolve("@pulumi/pulumi/package.json");
  return (JSON.parse(readFileSync(file, "utf8")) as { readonly version: string }).version;
}
