import { spawn, type SpawnOptions } from "node:child_process";

/** Runs a command whose output goes straight to the user. @returns its exit code; 1 where a signal ended it */
export function exitCodeOf(
  [program, ...args]: readonly [string, ...string[]],
  options: SpawnOptions,
): Promise<number> {
  const child = spawn(program, args, options);
  return new Promise((resolve, reject) => {
    child.on("error", reject).on("close", (exitCode) => {
      resolve(exitCode ?? 1);
    });
  });
}
