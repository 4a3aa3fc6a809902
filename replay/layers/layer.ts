import type { Bench } from "../bench.ts";
import type { Candidate } from "../outage.ts";
import type { Layer as LayerName } from "../result.ts";
import type { Hardening } from "../site-objects.ts";

/** How a layer ended a deployment. */
export interface Stop {
  /** `called`: after it went out. */
  readonly outcome: "stopped" | "called";
  /** A rule, a check, a Job, the API server. */
  readonly by: string;
  /** Its own words. */
  readonly evidence: string;
  /** Since kubectl said that the rollout is over; of what was called. */
  readonly secondsAfterRollout?: number;
  /** In seconds since the replay began. @default when it is returned */
  readonly at?: number;
}

export interface Trial extends Candidate {
  readonly bench: Bench;
  /** What the pods get for the tag: the node pulled it once, and keeps it. */
  readonly cachedDigest: string;
}

/** One layer as it stands alone between a deployment and the site. */
export interface Layer {
  readonly name: LayerName;
  /** Deploys as far as the layer lets it. @returns undefined where the layer has nothing against it */
  readonly tries: (trial: Trial) => Promise<Stop | undefined>;
  readonly setUp?: (bench: Bench) => Promise<void>;
  readonly tearDown?: (bench: Bench) => Promise<void>;
  /** Of the manifest, before and in the deployment. */
  readonly hardening?: Hardening;
}
