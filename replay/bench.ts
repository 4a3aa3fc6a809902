import type { Lab } from "../lab/lab.ts";
import type { Repository } from "./images.ts";
import type { RequestLoop } from "./requests.ts";
import type { Site } from "./site.ts";
import type { Hardening } from "./site-objects.ts";
import type { Timeline } from "./timeline.ts";

/** What every run of the replay works with. */
export interface Bench {
  readonly lab: Lab;
  readonly timeline: Timeline;
  readonly requests: RequestLoop;
  readonly repository: Repository;
  readonly site: Site;
  /** Brings the old image back as if nothing had been deployed; no requests are sent meanwhile. */
  readonly serveOld: (hardening?: Hardening) => Promise<void>;
  readonly images: { readonly postgres: string; readonly redis: string };
  /** Aborted where the replay is interrupted. */
  readonly signal: AbortSignal;
}
