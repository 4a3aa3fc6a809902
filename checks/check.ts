import type { Verdict } from "../model/verdict.ts";
import { NoAnswer } from "./no-answer.ts";
import { messageOf } from "./text.ts";

/** What a check found out. */
export interface Outcome {
  readonly verdict: Verdict;
  /** One sentence that can be read alone: what was compared and what came out. */
  readonly summary: string;
  /** What it looked at, one fact each: digests, commits, addresses, pods. Never a secret's value. */
  readonly evidence?: readonly string[];
  /** What to do now; every fail and every unknown has one. */
  readonly remedy?: string;
}

export interface Check {
  /** In kebab-case, for example `image-exists`. */
  readonly id: string;
  /** Stops its network calls when the signal is aborted. What it throws is an unknown, never a pass. */
  readonly run: (signal: AbortSignal) => Promise<Outcome>;
}

export interface CheckResult extends Outcome {
  readonly id: string;
  readonly milliseconds: number;
}

export interface RunOptions {
  /** For each check by itself. */
  readonly timeoutMs: number;
  /** Called as each check ends, in the order in which they end. */
  readonly onResult?: (result: CheckResult) => void;
}

/** Runs all checks at once and never stops at the first. @returns the results in the order of the checks */
export function runChecks(
  checks: readonly Check[],
  { timeoutMs, onResult }: RunOptions,
): Promise<CheckResult[]> {
  return Promise.all(
    checks.map(async ({ id, run }) => {
      const began = performance.now();
      const outcome = await runOne(run, timeoutMs);
      const result = { id, ...outcome, milliseconds: Math.round(performance.now() - began) };
      onResult?.(result);
      return result;
    }),
  );
}

/** What a check that was told to stop may take to say whom it waited for. */
const GRACE_MS = 200;

/** A check that ignores its signal must not hold up the others, nor one that waits for nothing end the process. */
async function runOne(run: Check["run"], timeoutMs: number): Promise<Outcome> {
  const controller = new AbortController();
  const { signal } = controller;
  const tooLate: Outcome = {
    verdict: "unknown",
    summary: `No answer within ${(timeoutMs / 1000).toString()} s.`,
    remedy: "Run it again; if it stays so, look at the service that this check asks.",
  };
  const { promise: timeIsUp, resolve } = Promise.withResolvers<Outcome>();
  let timer = setTimeout(() => {
    timer = setTimeout(resolve, GRACE_MS, tooLate);
    controller.abort();
  }, timeoutMs);
  try {
    const outcome = await Promise.race([run(signal), timeIsUp]);
    // What was judged on calls that were given up is no judgement.
    return signal.aborted && outcome.verdict !== "unknown" ? tooLate : outcome;
  } catch (error) {
    return error instanceof Error && error.name === "AbortError" ? tooLate : couldNotTell(error);
  } finally {
    clearTimeout(timer);
  }
}

const couldNotTell = (error: unknown): Outcome => ({
  verdict: "unknown",
  summary: messageOf(error),
  remedy:
    error instanceof NoAnswer ? error.remedy : "Mend what the message names, and run it again.",
});

/** What could not be told blocks like what failed. */
export const isBlocking = ({ verdict }: Outcome): boolean =>
  verdict === "fail" || verdict === "unknown";
