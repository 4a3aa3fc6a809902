import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import * as grpc from "@grpc/grpc-js";
import analyzerService from "@pulumi/pulumi/proto/analyzer_grpc_pb.js";
import type analyzer from "@pulumi/pulumi/proto/analyzer_pb.js";
import { environment } from "../../lab/environment.ts";

type Unary<Request> = (
  request: Request,
  callback: (error: grpc.ServiceError | null, response: analyzer.AnalyzeResponse) => void,
) => void;

interface Client {
  analyze: Unary<analyzer.AnalyzeRequest>;
  analyzeStack: Unary<analyzer.AnalyzeStackRequest>;
  close(): void;
}

const LONGEST_MESSAGE = 400 * 1024 * 1024;

/** A policy pack that runs as the engine runs it: in a process of its own, asked over gRPC. */
export class PackProcess implements AsyncDisposable {
  readonly #child: ChildProcessByStdio<null, Readable, null>;
  readonly #client: Client;

  private constructor(child: ChildProcessByStdio<null, Readable, null>, port: string) {
    this.#child = child;
    this.#client = new (
      analyzerService.AnalyzerClient as unknown as new (
        address: string,
        credentials: grpc.ChannelCredentials,
        options: grpc.ClientOptions,
      ) => Client
    )(`127.0.0.1:${port}`, grpc.credentials.createInsecure(), {
      "grpc.max_send_message_length": LONGEST_MESSAGE,
      "grpc.max_receive_message_length": LONGEST_MESSAGE,
    });
  }

  /** @param folder of the pack */
  static async start(folder: string): Promise<PackProcess> {
    const script = createRequire(import.meta.url).resolve("@pulumi/pulumi/cmd/run-policy-pack");
    // The first argument is the engine, which a pack asks nothing of as long as it judges.
    const child = spawn(process.execPath, [script, "127.0.0.1:1", folder], {
      cwd: folder,
      env: { ...process.env, ...environment() },
      stdio: ["ignore", "pipe", "inherit"],
    });
    const [port] = (await once(createInterface(child.stdout), "line")) as [string];
    return new PackProcess(child, port);
  }

  /** @returns how many violations there are */
  async analyze(request: analyzer.AnalyzeRequest): Promise<number> {
    return ask((callback) => {
      this.#client.analyze(request, callback);
    });
  }

  /** @returns how many violations there are */
  async analyzeStack(request: analyzer.AnalyzeStackRequest): Promise<number> {
    return ask((callback) => {
      this.#client.analyzeStack(request, callback);
    });
  }

  /** The most memory that it has had, in MiB. */
  peakMemory(): number {
    const status = readFileSync(`/proc/${String(this.#child.pid)}/status`, "utf8");
    return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1]) / 1024;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#client.close();
    this.#child.kill();
    await once(this.#child, "close");
  }
}

const ask = (send: (callback: Parameters<Unary<never>>[1]) => void): Promise<number> =>
  new Promise((resolve, reject) => {
    send((error, response) => {
      if (error) reject(error);
      else resolve(response.getDiagnosticsList().length);
    });
  });
