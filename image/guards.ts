import { RunError } from "@pulumi/pulumi";
import { type Check, type CheckResult, isBlocking, runChecks } from "../checks/check.ts";

const TIMEOUT_MS = 60_000;

/** Runs the checks and returns what they found. @throws RunError that lists all that stand in the way */
export async function demand(checks: readonly Check[]): Promise<void> {
  const results = await judgeAll(checks);
  const blocking = results.filter(isBlocking);
  if (blocking.length > 0) throw new RunError(inWords(blocking));
}

export const judgeAll = (checks: readonly Check[]): Promise<CheckResult[]> =>
  runChecks(checks, { timeoutMs: TIMEOUT_MS });

export const inWords = (results: readonly CheckResult[]): string =>
  [
    "Nothing is built:",
    ...results.flatMap(({ id, verdict, summary, evidence = [], remedy }) => [
      `  ${verdict} ${id}: ${summary}`,
      ...evidence.map((fact) => `    ${fact}`),
      ...(remedy === undefined ? [] : [`    ${remedy}`]),
    ]),
  ].join("\n");
