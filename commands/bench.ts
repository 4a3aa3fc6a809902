import { join } from "node:path";
import { unavailable, up } from "../lab/lab.ts";
import { stderrProgress } from "../lab/progress.ts";
import { exitCodeOf } from "./exit-code.ts";
import { interruption } from "./interruption.ts";
import { PROJECT } from "./pulumi.ts";

/** Measures on the lab's cluster. @returns the exit code of the first measurement that failed or missed a limit */
export async function bench({ json }: { readonly json: boolean }): Promise<number> {
  const reason = unavailable();
  if (reason !== undefined) {
    process.stderr.write(`The lab cannot run here: ${reason}.\n`);
    return 1;
  }
  await up(stderrProgress);
  const interrupt = interruption();
  let exitCode = 0;
  for (const script of ["preview.ts", "policy.ts", "guards.ts", "verify.ts"]) {
    const args = [join(PROJECT, "test/bench", script), ...(json ? ["--json"] : [])];
    const code = await exitCodeOf([process.execPath, ...args], { stdio: "inherit", interrupt });
    // One that misses its limit leaves the others to be measured.
    exitCode ||= code;
    if (interrupt.aborted) break;
  }
  return exitCode;
}
