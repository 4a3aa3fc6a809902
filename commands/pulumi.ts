import { join } from "node:path";
import { exitCodeOf } from "./exit-code.ts";

export const PROJECT = join(import.meta.dirname, "..");

/** Runs the CLI in the project's folder; its output goes where ours goes. @returns the exit code */
export function runPulumi(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<number> {
  return exitCodeOf(["pulumi", ...args], {
    cwd: PROJECT,
    env: { ...process.env, ...env },
    // Its output is progress; ours, on stdout, is the result.
    stdio: ["ignore", process.stderr, process.stderr],
  });
}
