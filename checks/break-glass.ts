import { type CheckResult, isBlocking } from "./check.ts";

/** Leave to go on although one named guard blocks: a decision of a person, with an end. */
export interface BreakGlass {
  /** Id of the check, for example `ci-checks-passed`. */
  readonly guard: string;
  readonly reason: string;
  /** Where the decision is written down. */
  readonly ticket: string;
  /** ISO 8601 with a time zone, for example `2025-11-17T12:00:00Z`. */
  readonly expires: string;
}

/** A result that may have been waived; verdict and evidence stay what the check found. */
export interface JudgedResult extends CheckResult {
  readonly waiver?: BreakGlass;
}

/** With a wrong digest nobody knows what would run: there is no reason that outweighs it. */
const NEVER_WAIVED: readonly string[] = ["image-exists"];

const LONGEST_DAYS = 7;
const DAY_MS = 24 * 60 * 60 * 1000;

/** A time zone is due: without one the end would depend on the machine. */
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)$/;

export interface BreakGlassContext {
  /** Ids of all checks of this run. */
  readonly guards: readonly string[];
  readonly now: Date;
}

/** @returns every reason why it is refused; none where it holds */
export function breakGlassProblems(
  { guard, reason, ticket, expires }: BreakGlass,
  { guards, now }: BreakGlassContext,
): string[] {
  const problems: string[] = [];
  if (NEVER_WAIVED.includes(guard)) {
    problems.push(
      `breakGlass.guard is "${guard}", which is never waived: pin a digest that exists.`,
    );
  } else if (!guards.includes(guard)) {
    const known = guards.filter((id) => !NEVER_WAIVED.includes(id)).join(", ");
    problems.push(`breakGlass.guard is "${guard}", which is no guard; write one of ${known}.`);
  }
  if (reason.trim() === "") {
    problems.push("breakGlass.reason is empty; write why it cannot wait.");
  }
  if (ticket.trim() === "") {
    problems.push("breakGlass.ticket is empty; write where the decision is written down.");
  }
  return [...problems, ...expiryProblems(expires, now)];
}

function expiryProblems(expires: string, now: Date): string[] {
  const end = Date.parse(expires);
  if (!INSTANT.test(expires) || Number.isNaN(end)) {
    const example = new Date(now.getTime() + DAY_MS).toISOString();
    return [`breakGlass.expires is "${expires}"; write a time with its zone, such as ${example}.`];
  }
  if (end <= now.getTime()) {
    return [`breakGlass expired at ${expires}; take it out, or decide again.`];
  }
  const latest = new Date(now.getTime() + LONGEST_DAYS * DAY_MS);
  if (end <= latest.getTime()) return [];
  return [
    `breakGlass.expires is ${expires}, more than ${LONGEST_DAYS.toString()} days ahead; write ${latest.toISOString()} at most.`,
  ];
}

/**
 * Marks the one result that the waiver is for. Only what blocks is marked: a waiver of a guard that
 * passes changes nothing. Ask `breakGlassProblems` first.
 */
export const applyBreakGlass = (
  results: readonly CheckResult[],
  waiver: BreakGlass | undefined,
): JudgedResult[] =>
  results.map((result) =>
    result.id === waiver?.guard && isBlocking(result) ? { ...result, waiver } : result,
  );

/** What stops a deployment: it blocks, and nobody has waived it. */
export const standsInTheWay = (result: JudgedResult): boolean =>
  isBlocking(result) && result.waiver === undefined;
