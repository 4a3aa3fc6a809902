import { spawn } from "node:child_process";
import { environment } from "../lab/environment.ts";

export interface Ran {
  readonly exitCode: number;
  /** Everything that it printed, without colours. */
  readonly output: string;
}

export interface RunOptions {
  readonly cwd?: string;
  readonly input?: string;
  /** Ends the command as Ctrl-C does. */
  readonly signal?: AbortSignal;
}

/** Runs a command on the lab to its end, whatever that is. @throws where the replay was interrupted */
export async function run(
  [program, ...args]: readonly [string, ...string[]],
  { cwd, input = "", signal }: RunOptions = {},
): Promise<Ran> {
  signal?.throwIfAborted();
  const child = spawn(program, args, {
    cwd,
    env: { ...process.env, NO_COLOR: "1", ...environment() },
    // A process group of its own, to be ended with the engine that it may have started.
    detached: true,
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => (output += text));
  }
  child.stdin.on("error", () => undefined).end(input);
  let patience: NodeJS.Timeout | undefined;
  const interrupt = (): void => {
    endGroup(child.pid, "SIGINT");
    patience = setTimeout(() => {
      endGroup(child.pid, "SIGKILL");
    }, PATIENCE_MS);
  };
  signal?.addEventListener("abort", interrupt);
  try {
    const exitCode = await new Promise<number>((resolve, reject) => {
      child.on("error", reject).on("close", (code) => {
        resolve(code ?? 1);
      });
    });
    signal?.throwIfAborted();
    return { exitCode, output };
  } finally {
    clearTimeout(patience);
    signal?.removeEventListener("abort", interrupt);
  }
}

/** How long a command may take to end in good order. */
const PATIENCE_MS = 10_000;

function endGroup(pid: number | undefined, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch {
    // It has ended by itself in this very moment.
  }
}

/** @returns what it printed. @throws Error with it where the command fails */
export async function mustRun(
  command: readonly [string, ...string[]],
  options: RunOptions = {},
): Promise<string> {
  const { exitCode, output } = await run(command, options);
  if (exitCode === 0) return output;
  throw new Error(`${command.join(" ")} exited with ${exitCode.toString()}:\n${output}`);
}

export const lastLine = (text: string): string => text.trimEnd().split("\n").at(-1) ?? "";
