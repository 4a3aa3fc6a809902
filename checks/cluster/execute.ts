import type { RequestOptions } from "node:https";
import { Writable } from "node:stream";
import type { KubeConfig, V1Status } from "@kubernetes/client-node";
import { inWords } from "../http.ts";
import { ClusterError, type ContainerName, type Executed } from "./cluster.ts";

interface Execution extends ContainerName {
  readonly namespace: string;
  readonly command: readonly string[];
}

/** The part of the client library's WebSocket that is used; its types are not installed with it. */
interface Socket {
  terminate(): void;
  on(event: "close", listener: () => void): void;
}

/** Runs a command in a container over the API server's WebSocket, and waits for its end. */
export async function execute(
  config: KubeConfig,
  { namespace, pod, container, command }: Execution,
  signal: AbortSignal,
): Promise<Executed> {
  const { Exec } = await import("@kubernetes/client-node");
  const where = `exec in ${pod}/${container}`;
  const [stdout, stderr] = [new Collector(), new Collector()];
  let status: V1Status | undefined;
  const socket = (await new Exec(endingWith(signal, config))
    .exec(namespace, pod, container, [...command], stdout, stderr, null, false, (ended) => {
      status = ended;
    })
    .catch((error: unknown) => {
      if (signal.aborted) throw tooLate(where);
      // A WebSocket fails with an event, which is no Error but has one.
      const { error: cause, message } = error as { error?: unknown; message?: unknown };
      const reason = cause instanceof Error ? inWords(cause) : String(message);
      throw new ClusterError(`${where}: ${reason.replace(REFUSED, "the API server answers")}`, {
        cause: error,
      });
    })) as unknown as Socket;
  await new Promise<void>((resolve, reject) => {
    const abort = (): void => {
      socket.terminate();
      reject(tooLate(where));
    };
    if (signal.aborted) abort();
    signal.addEventListener("abort", abort, { once: true });
    socket.on("close", () => {
      signal.removeEventListener("abort", abort);
      resolve();
    });
  });
  if (status === undefined)
    throw new ClusterError(`${where}: the connection was cut in the middle`);
  return { exitCode: exitCodeOf(where, status), stdout: stdout.text, stderr: stderr.text };
}

/** The library's words for an answer that opens no WebSocket. */
const REFUSED = "Unexpected server response:";

const tooLate = (where: string): ClusterError =>
  new ClusterError(`${where}: it did not end in time`);

/** The library opens its connection without a signal: it would wait for a silent server for ever. */
const endingWith = (signal: AbortSignal, config: KubeConfig): KubeConfig =>
  Object.assign(Object.create(config) as KubeConfig, {
    applyToHTTPSOptions: async (options: RequestOptions) => {
      await config.applyToHTTPSOptions(options);
      options.signal = signal;
    },
  });

class Collector extends Writable {
  readonly #chunks: Buffer[] = [];

  get text(): string {
    return Buffer.concat(this.#chunks).toString();
  }

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.#chunks.push(chunk);
    done();
  }
}

/** Of a command that failed, the API server says the exit code as a cause. */
function exitCodeOf(where: string, { status, reason, message, details }: V1Status): number {
  if (status === "Success") return 0;
  const cause = details?.causes?.find(({ reason }) => reason === "ExitCode")?.message;
  if (reason === "NonZeroExitCode" && cause !== undefined) return Number(cause);
  throw new ClusterError(`${where}: ${message ?? reason ?? "it failed without a word"}`);
}
