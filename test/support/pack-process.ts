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

/** What Linux shows to programs, whatever it counts by (proc(5), time(7)). */
const TICKS_A_SECOND = 100;
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

  /** Processor time that it has used, on all cores: unlike the clock it does not count what others do. */
  cpuSeconds(): number {
    const stat = readFileSync(`/proc/${String(this.#child.pid)}/stat`, "utf8");
    // The fields after the name in brackets; utime and stime are the 14th and 15th of all (proc(5)).
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return (Number(fields[11]) + Number(fields[12])) / TICKS_A_SECOND;
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
