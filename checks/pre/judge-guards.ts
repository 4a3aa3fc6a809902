import { RunError } from "@pulumi/pulumi/errors.js";
import type { Settings } from "../../model/settings.ts";
import { applyBreakGlass, breakGlassProblems, type JudgedResult } from "../break-glass.ts";
import { type CheckResult, runChecks } from "../check.ts";
import { GUARD_IDS, type GuardContext, guards } from "./guards.ts";

/** For each check by itself; all of them run at once. */
const TIMEOUT_MS = 30_000;

/** Runs every guard, and waives the one that the stack's `breakGlass` names. @throws RunError where that is refused */
export async function judgeGuards(
  settings: Settings,
  context: GuardContext,
  onResult?: (result: CheckResult) => void,
): Promise<JudgedResult[]> {
  const { breakGlass } = settings;
  const problems =
    breakGlass === undefined
      ? []
      : breakGlassProblems(breakGlass, { guards: GUARD_IDS, now: context.now() });
  if (problems.length > 0) throw new RunError(problems.join("\n"));
  const results = await runChecks(await guards(settings, context), {
    timeoutMs: TIMEOUT_MS,
    ...(onResult && { onResult }),
  });
  return applyBreakGlass(results, breakGlass);
}
