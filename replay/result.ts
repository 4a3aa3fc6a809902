/** The three deployments of the outage that failed, in their order. */
export const FAILURES = {
  "image-without-code": "the image does not hold the application's code",
  "fix-not-pushed": "the fix was committed and not pushed, so the old code was built again",
  "cached-image": "the right image was pushed under the same tag, and the node ran the one it had",
} as const;

export type Failure = keyof typeof FAILURES;

/** What stands between such a deployment and an outage. Each is tried alone. */
export const LAYERS = {
  settings: "types and settings",
  policy: "policy pack",
  guards: "guards before the deployment",
  jobs: "smoke test and migration Jobs",
  rollout: "rollout settings",
  admission: "admission policy",
  verification: "verification",
} as const;

export type Layer = keyof typeof LAYERS;

/**
 * What became of a deployment: `broken`: it took the site down, or left bytes running that nobody meant, and
 * nothing said so; `stopped`: the pods that ran before went on; `called`: it went out, and was called within
 * seconds of its rollout; `deployed`: it was right, and runs.
 */
export type Outcome = "broken" | "stopped" | "called" | "deployed";

/** One of the deployments, and what was seen of it. Times are in seconds since the replay began. */
export interface Attempt {
  readonly failure: Failure;
  readonly startedAt: number;
  readonly endedAt: number;
  readonly outcome: Outcome;
  /** What stopped or called it: a rule, a check, a Job, the API server. None where nothing did. */
  readonly stoppedBy?: string;
  /** From the deployment's start until it was stopped or called. */
  readonly secondsToStop?: number;
  /** From when kubectl said that the rollout is over until it was called. */
  readonly secondsAfterRollout?: number;
  /** Words of the tool that stopped it, or of kubectl about the rollout where nothing did. */
  readonly evidence: string;
  /** As the registry has it at that time under the tag that was deployed. */
  readonly intendedDigest: string;
  /** Of the pods of web at the end, each digest once. */
  readonly runningDigests: readonly string[];
  readonly requestsSent: number;
  readonly requestsFailed: number;
  readonly secondsWithoutService: number;
}

/** The deployments in one way: the team's own on that Sunday, ours with all layers, or ours with one alone. */
export interface Run {
  readonly name: string;
  readonly layers: readonly Layer[];
  readonly attempts: readonly Attempt[];
}

/** What the request loop saw in one second. */
export interface ServedSecond {
  readonly second: number;
  readonly served: number;
  readonly failed: number;
}

/** A line of the timeline. */
export interface Moment {
  readonly at: number;
  readonly text: string;
}

export interface ReplayResult {
  readonly startedAt: string;
  readonly seconds: number;
  /** With no layer at all: how it went on that Sunday. */
  readonly outage: Run;
  readonly withAllLayers: Run;
  /** Each layer alone, with what a cell lacks explained by `GAPS` of the matrix where it stopped nothing. */
  readonly ablation: readonly Run[];
  /** Why a layer alone does not stop a failure, for cells that are meant to be empty. */
  readonly gaps: readonly {
    readonly layer: Layer;
    readonly failure: Failure;
    readonly why: string;
  }[];
  readonly served: readonly ServedSecond[];
  readonly timeline: readonly Moment[];
}
