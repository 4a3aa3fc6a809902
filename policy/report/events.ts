import type { Verdict } from "../../model/verdict.ts";

/** One violation, as the engine reports it. */
export interface Violation {
  readonly rule: string;
  readonly urn: string;
  readonly level: "mandatory" | "advisory";
  readonly severity: string;
  /** What the rule says, without its description: where, what, why, and what to write. */
  readonly message: string;
}

/** One rule, asked about one resource or about the whole stack. */
export interface Check {
  readonly rule: string;
  readonly urn: string;
}

export interface Report {
  readonly stack: string;
  readonly packVersion: string;
  readonly verdict: Exclude<Verdict, "skipped">;
  /** Whether every resource was judged, and there was one. */
  readonly isComplete: boolean;
  readonly violations: readonly Violation[];
  /** Everything that was asked, also where nothing was found. */
  readonly checks: readonly Check[];
}

/** An event of the engine (pulumi/pulumi 3.259, sdk/go/common/apitype/events.go); the rest is not read. */
export interface EngineEvent {
  readonly policyEvent?: {
    readonly resourceUrn?: string;
    readonly message: string;
    readonly policyName: string;
    readonly enforcementLevel: string;
    readonly severity?: string;
  };
  readonly policyAnalyzeSummaryEvent?: Summary & { readonly resourceUrn: string };
  readonly policyAnalyzeStackSummaryEvent?: Summary;
  readonly diagnosticEvent?: { readonly severity: string; readonly message: string };
  readonly summaryEvent?: { readonly result?: string };
}

interface Summary {
  readonly policyPackVersion: string;
  readonly passed?: readonly string[];
  readonly failed?: readonly string[];
}

/** Reads what the CLI prints with --json, one event a line; other lines are its warnings. */
export const parseEvents = (output: string): EngineEvent[] =>
  output
    .split("\n")
    .filter((line) => line.startsWith("{"))
    .flatMap((line) => {
      try {
        return [JSON.parse(line) as EngineEvent];
      } catch {
        return [];
      }
    });

/**
 * @param known what was asked, where the events do not say it: `pulumi policy analyze` leaves its summaries
 *   out (pulumi/pulumi 3.259, pkg/cmd/pulumi/policy/policy_analyze.go)
 */
export function reportOf(
  stack: string,
  events: readonly EngineEvent[],
  known: readonly Check[] = [],
): Report {
  const resources = events.flatMap(({ policyAnalyzeSummaryEvent: summary }) => summary ?? []);
  const stacks = events.flatMap(({ policyAnalyzeStackSummaryEvent: summary }) => summary ?? []);
  const stackUrn =
    resources.find(({ resourceUrn }) => resourceUrn.includes("::pulumi:pulumi:Stack::"))
      ?.resourceUrn ?? stack;
  const violations = events.flatMap(({ policyEvent }) =>
    policyEvent === undefined ? [] : [violationOf(policyEvent, stackUrn)],
  );
  const asked = [
    ...resources.flatMap((summary) => checksOf(summary, summary.resourceUrn)),
    ...stacks.flatMap((summary) => checksOf({ ...summary, failed: [] }, stackUrn)),
    ...known,
    // A rule about the stack fails on the resources that it names.
    ...violations,
  ];
  const isRefused = violations.some(({ level }) => level === "mandatory");
  const result = events.flatMap(({ summaryEvent }) => summaryEvent?.result ?? [])[0];
  // The engine judges the stack when it has judged every resource, and succeeds where nothing else went wrong.
  const isJudged = stacks.length > 0 || (known.length > 0 && result !== undefined);
  const isComplete = isJudged && (result === "succeeded" || isRefused);
  return {
    stack,
    packVersion: [...resources, ...stacks][0]?.policyPackVersion ?? "",
    verdict: isRefused ? "fail" : isComplete ? "pass" : "unknown",
    isComplete,
    violations: [...violations].sort(inOrder),
    checks: [
      ...new Map(asked.map(({ rule, urn }) => [`${urn} ${rule}`, { rule, urn }])).values(),
    ].sort(inOrder),
  };
}

const checksOf = ({ passed = [], failed = [] }: Summary, urn: string): Check[] =>
  [...passed, ...failed].map((rule) => ({ rule, urn }));

const violationOf = (
  {
    resourceUrn,
    message,
    policyName,
    enforcementLevel,
    severity,
  }: NonNullable<EngineEvent["policyEvent"]>,
  stackUrn: string,
): Violation => ({
  rule: policyName,
  urn: resourceUrn ?? stackUrn,
  level: enforcementLevel === "mandatory" ? "mandatory" : "advisory",
  severity: severity ?? "",
  message: message.trim().split("\n").slice(1).join("\n"),
});

const inOrder = (a: Check & { message?: string }, b: Check & { message?: string }): number =>
  compare(a.urn, b.urn) || compare(a.rule, b.rule) || compare(a.message ?? "", b.message ?? "");

const compare = (a: string, b: string): number => (a < b ? -1 : Number(a > b));
