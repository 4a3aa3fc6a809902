import { type Attempt, FAILURES, type ReplayResult, type Run } from "./result.ts";

/** Verification must call a deployment this soon after its rollout. */
const CALL_SECONDS = 10;

/** What did not go as it must, one sentence each; empty where the replay proves what it is to prove. */
export function problemsOf({ outage, withAllLayers, ablation, gaps }: ReplayResult): string[] {
  return [
    ...each(outage, brokeNot),
    ...each(withAllLayers, letThrough),
    ...each(withAllLayers, ({ requestsFailed }) =>
      requestsFailed > 0 ? `${requestsFailed.toString()} requests failed` : undefined,
    ),
    ...ablation.flatMap((run) =>
      each(run, (attempt) =>
        gaps.some(({ layer, failure }) => run.layers.includes(layer) && failure === attempt.failure)
          ? undefined
          : (letThrough(attempt) ?? calledLate(attempt)),
      ),
    ),
  ];
}

/** A run without attempts proves nothing. */
const each = (
  { name, attempts }: Run,
  problem: (attempt: Attempt) => string | undefined,
): string[] =>
  attempts.length === 0
    ? [`${name}: nothing was tried.`]
    : attempts.flatMap((attempt) => {
        const found = problem(attempt);
        return found === undefined ? [] : [`${name}, ${FAILURES[attempt.failure]}: ${found}.`];
      });

const brokeNot = ({ outcome, secondsWithoutService }: Attempt): string | undefined =>
  outcome === "broken" && secondsWithoutService > 0
    ? undefined
    : "the site did not go down, so nothing is shown to be kept from it";

const letThrough = ({ outcome, intendedDigest, runningDigests }: Attempt): string | undefined => {
  if (outcome === "stopped" || outcome === "called") return undefined;
  const isMeant = runningDigests.length === 1 && runningDigests[0] === intendedDigest;
  return outcome === "deployed" && isMeant ? undefined : "nothing stopped it";
};

const calledLate = ({ outcome, secondsAfterRollout = 0 }: Attempt): string | undefined =>
  outcome === "called" && secondsAfterRollout > CALL_SECONDS
    ? `it was called only ${secondsAfterRollout.toFixed(1)} s after the rollout`
    : undefined;
