import { randomBytes } from "node:crypto";
import { ensureImage } from "../lab/images/images.ts";
import { postgres, redis } from "../lab/images/recipes.ts";
import type { Lab } from "../lab/lab.ts";
import type { Progress } from "../lab/progress.ts";
import { ablation } from "./ablation.ts";
import { allLayers } from "./all-layers.ts";
import type { Bench } from "./bench.ts";
import { Repository } from "./images.ts";
import { outage } from "./outage.ts";
import { RequestLoop } from "./requests.ts";
import { FAILURES, type Failure, type Layer, LAYERS, type ReplayResult } from "./result.ts";
import { removeNamespace, Site } from "./site.ts";
import { Timeline } from "./timeline.ts";

export interface ReplayOptions {
  readonly lab: Lab;
  readonly progress: Progress;
  /** The first and the third failure, and a few layers. */
  readonly isShort: boolean;
  readonly signal: AbortSignal;
}

/**
 * Lets the outage happen on the lab, and then not happen. Leaves nothing in the cluster, however it ends; its
 * images stay in the registry, which deletes nothing.
 */
export async function replay(options: ReplayOptions): Promise<ReplayResult> {
  const { lab, progress, signal } = options;
  const id = `replay-${randomBytes(3).toString("hex")}`;
  const timeline = new Timeline(progress);
  const requests = new RequestLoop(timeline);
  try {
    const repository = await Repository.create(id, lab.registry, progress);
    const images = {
      postgres: await ensureImage(postgres, lab.registry, progress),
      redis: await ensureImage(redis, lab.registry, progress),
    };
    const site = await Site.create({
      namespace: id,
      lab,
      image: repository.old,
      postgres: images.postgres,
      signal,
    });
    const serveOld: Bench["serveOld"] = async (hardening) => {
      await requests.stop();
      await site.start(repository.old, hardening);
      requests.start(site.target);
    };
    await serveOld();
    timeline.say(`BookWyrm serves from ${repository.old}`);
    const bench = { lab, timeline, requests, repository, site, serveOld, images, signal };
    const runs = await allRuns(bench, options);
    return {
      startedAt: timeline.startedAt.toISOString(),
      seconds: timeline.now(),
      ...runs,
      gaps: [],
      served: requests.seconds(),
      timeline: timeline.moments,
    };
  } finally {
    await requests.stop();
    await removeNamespace(id);
  }
}

/** One after the other: they share one node, and one line of requests. */
async function allRuns(
  bench: Bench,
  { isShort, progress }: ReplayOptions,
): Promise<Pick<ReplayResult, "outage" | "withAllLayers" | "ablation">> {
  const failures = isShort ? SHORT_FAILURES : (Object.keys(FAILURES) as Failure[]);
  const layers = isShort ? SHORT_LAYERS : (Object.keys(LAYERS) as Layer[]);
  const broken = await outage(bench, failures);
  const cachedDigest = broken.attempts[0]?.intendedDigest ?? "";
  await bench.requests.stop();
  const withAllLayers = await allLayers(bench, { failures, deploysRight: !isShort, progress });
  const alone = await ablation(bench, { layers, failures, cachedDigest });
  await bench.requests.stop();
  return { outage: broken, withAllLayers, ablation: alone };
}

const SHORT_FAILURES: readonly Failure[] = ["image-without-code", "cached-image"];
const SHORT_LAYERS: readonly Layer[] = ["jobs", "verification"];
