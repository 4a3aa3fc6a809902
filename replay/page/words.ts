import type { Attempt, Outcome } from "../result.ts";
import { type Html, html } from "./html.ts";

/** A mark and a word for each outcome, so that none is told by its colour alone. */
const OUTCOMES: Readonly<Record<Outcome, { readonly mark: string; readonly meaning: string }>> = {
  broken: {
    mark: "✗",
    meaning: "the site went down, or bytes ran that nobody meant, and nothing said so",
  },
  stopped: { mark: "■", meaning: "the pods that ran before went on" },
  called: { mark: "▲", meaning: "it went out, and was called within seconds of its rollout" },
  deployed: { mark: "✓", meaning: "it was right, and runs" },
};

export const outcomeBadge = (outcome: Outcome): Html =>
  html`<span class="badge ${outcome}"
    ><span aria-hidden="true">${OUTCOMES[outcome].mark}</span> ${outcome}</span
  >`;

export const outcomeKey = (): Html =>
  html`<ul class="key">
    ${(Object.keys(OUTCOMES) as Outcome[]).map(
      (outcome) => html`<li>${outcomeBadge(outcome)} ${OUTCOMES[outcome].meaning}</li>`,
    )}
  </ul>`;

/** To a tenth, as the replay measures. */
export const seconds = (value: number): string => `${tenths(value)}\u00A0s`;

/** How long something took: what took no tenth of a second took some time all the same. */
export const duration = (value: number): string =>
  tenths(value) === "0" ? "under 0.1\u00A0s" : seconds(value);

const tenths = (value: number): string => (Math.round(value * 10) / 10).toString();

export function minutes(value: number): string {
  const whole = Math.round(value);
  const rest = `${(whole % 60).toString()}\u00A0s`;
  return whole < 60 ? rest : `${Math.floor(whole / 60).toString()}\u00A0min ${rest}`;
}

export const share = (part: number, whole: number): string =>
  `${part.toString()}\u00A0of\u00A0${whole.toString()}`;

/** Whole, because it is evidence; the part that people compare stands out. */
export function digest(value: string): Html {
  const [, algorithm, head, tail] = /^(sha256:)([0-9a-f]{12})([0-9a-f]+)$/.exec(value) ?? [];
  if (algorithm === undefined) return html`<code class="digest">${value}</code>`;
  return html`<code class="digest">${algorithm}<b>${head}</b>${tail}</code>`;
}

/** Whether all pods run what the tag names. */
export const runsIntended = ({ intendedDigest, runningDigests }: Attempt): boolean =>
  runningDigests.length === 1 && runningDigests[0] === intendedDigest;

export const isStoppedOrCalled = ({ outcome }: Attempt): boolean =>
  outcome === "stopped" || outcome === "called";

/** The right image, which has to go through. */
export const isRight = (attempt: Attempt): boolean =>
  attempt.outcome === "deployed" && runsIntended(attempt);

export const sentence = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
