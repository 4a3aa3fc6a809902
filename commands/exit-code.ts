import { spawn, type SpawnOptions } from "node:child_process";

export interface ExitCodeOptions extends SpawnOptions {
  /** Tells the command to end, and still waits for it: it may have something to remove. */
  readonly interrupt?: AbortSignal;
}

/** Runs a command whose output goes straight to the user. @returns its exit code; 1 where a signal ended it */
export function exitCodeOf(
  [program, ...args]: readonly [string, ...string[]],
  { interrupt, ...options }: ExitCodeOptions,
): Promise<number> {
  const child = spawn(program, args, options);
  interrupt?.addEventListener("abort", () => child.kill("SIGINT"));
  return new Promise((resolve, reject) => {
    child.on("error", reject).on("close", (exitCode) => {
      resolve(exitCode ?? 1);
    });
  });
}
