import type { Outcome } from "./check.ts";

/** One thing that is not as it must be, or that could not be told. */
export interface Finding {
  readonly verdict: "fail" | "unknown";
  /** One sentence that can be read alone. */
  readonly text: string;
}

export const fail = (text: string): Finding => ({ verdict: "fail", text });
export const unknown = (text: string): Finding => ({ verdict: "unknown", text });

interface Texts {
  /** The summary where nothing was found. */
  readonly passed: string;
  /** What to do where something was. */
  readonly remedy: string;
  /** Facts to show either way. */
  readonly evidence?: readonly string[];
}

/** A failure that is certain outweighs one that could not be told; both are shown. */
export function outcomeOf(
  findings: readonly Finding[],
  { passed, remedy, evidence = [] }: Texts,
): Outcome {
  const first = findings.find(({ verdict }) => verdict === "fail") ?? findings[0];
  if (first === undefined) return { verdict: "pass", summary: passed, evidence };
  const others = findings.filter((finding) => finding !== first);
  const more = others.length === 0 ? "" : ` (and ${others.length.toString()} more)`;
  return {
    verdict: first.verdict,
    summary: `${first.text.replace(/\.$/, "")}${more}.`,
    evidence: [...others.map(({ text }) => text), ...evidence],
    remedy,
  };
}

/** `1 pod`, `2 pods` */
export const count = (number: number, noun: string): string =>
  `${number.toString()} ${noun}${number === 1 ? "" : "s"}`;
