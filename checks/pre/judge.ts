import { RunError } from "@pulumi/pulumi/errors.js";
import type { Settings } from "../../model/settings.ts";
import {
  applyBreakGlass,
  breakGlassProblems,
  type JudgedResult,
  standsInTheWay,
} from "../break-glass.ts";
import { type CheckResult, runChecks } from "../check.ts";
import { checkTable, conclusion } from "../table.ts";
import { type GuardContext, guards } from "./guards.ts";

/** For each check by itself; all of them run at once. */
const TIMEOUT_MS = 30_000;
const LOG_WIDTH = 120;

/** Runs every guard, and waives the one that the stack's `breakGlass` names. @throws RunError where that is refused */
export async function judge(
  settings: Settings,
  context: GuardContext,
  onResult?: (result: CheckResult) => void,
): Promise<JudgedResult[]> {
  const checks = await guards(settings, context);
  const { breakGlass } = settings;
  const problems =
    breakGlass === undefined
      ? []
      : breakGlassProblems(breakGlass, {
          guards: checks.map(({ id }) => id),
          now: context.now(),
        });
  if (problems.length > 0) throw new RunError(problems.join("\n"));
  const results = await runChecks(checks, {
    timeoutMs: TIMEOUT_MS,
    ...(onResult && { onResult }),
  });
  return applyBreakGlass(results, breakGlass);
}

/** @throws RunError with the whole table where anything stands in the way */
export function requireClear(results: readonly JudgedResult[]): void {
  if (!results.some(standsInTheWay)) return;
  const table = checkTable(
    results.filter(({ verdict }) => verdict !== "skipped"),
    { width: LOG_WIDTH, stream: process.stderr },
  );
  throw new RunError(
    `Nothing was changed: the guards stop this deployment.\n${table}\n${conclusion(results)}`,
  );
}
