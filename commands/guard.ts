import { type JudgedResult, standsInTheWay } from "../checks/break-glass.ts";
import type { GuardContext } from "../checks/pre/guards.ts";
import { judgeGuards } from "../checks/pre/judge-guards.ts";
import type { Settings } from "../model/settings.ts";
import { showResults, verdictExitCode } from "./results.ts";
import { openStack } from "./stack.ts";

/** @returns the exit code: 0 clear, 1 something fails, 2 something could not be told, or no guard is set */
export async function guard(
  name: string | undefined,
  { json }: { readonly json: boolean },
): Promise<number> {
  const { settings, context } = await openStack(name, "guard");
  const results = await judgeGuards(settings, context);
  showResults(results, { json });
  return verdictExitCode(results);
}

/** Judges with progress on stderr, for a command that goes on where nothing stands in the way. */
export async function passGuards(settings: Settings, context: GuardContext): Promise<boolean> {
  const results: readonly JudgedResult[] = await judgeGuards(settings, context);
  showResults(results, { json: false, stream: process.stderr });
  return !results.some(standsInTheWay);
}
