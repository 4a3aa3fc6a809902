import type { Attempt, Failure, Outcome } from "./result.ts";
import type { RequestLoop } from "./requests.ts";
import type { Timeline } from "./timeline.ts";

/** What a deployment led to, as whoever ran it saw it. */
export interface Ending {
  readonly outcome: Outcome;
  readonly stoppedBy?: string;
  readonly evidence: string;
  /** When it was stopped or called, in seconds since the replay began. */
  readonly stoppedAt?: number;
  readonly secondsAfterRollout?: number;
}

export interface AttemptArgs {
  readonly timeline: Timeline;
  readonly requests: RequestLoop;
  readonly failure: Failure;
  readonly intendedDigest: string;
  readonly deploy: () => Promise<Ending>;
  readonly runningDigests: () => Promise<readonly string[]>;
}

/** Deploys once, and says what the visitors saw meanwhile. */
export async function attempt(args: AttemptArgs): Promise<Attempt> {
  const { timeline, requests, failure, intendedDigest } = args;
  const startedAt = timeline.now();
  const { stoppedAt, outcome, ...ending } = await args.deploy();
  await requests.settled();
  const endedAt = timeline.now();
  const runningDigests = await args.runningDigests();
  const served = requests.between(startedAt, endedAt);
  return {
    failure,
    startedAt,
    endedAt,
    // Whatever claims to have stopped it: a visitor who got no answer says otherwise.
    outcome: outcome === "stopped" && served.requestsFailed > 0 ? "broken" : outcome,
    ...ending,
    ...(stoppedAt !== undefined &&
      outcome !== "deployed" && { secondsToStop: round(stoppedAt - startedAt) }),
    intendedDigest,
    runningDigests,
    ...served,
  };
}

const round = (seconds: number): number => Math.round(seconds * 10) / 10;
