import { randomBytes } from "node:crypto";
import { ensureImage } from "../lab/images/images.ts";
import { postgres } from "../lab/images/recipes.ts";
import type { Lab } from "../lab/lab.ts";
import type { Progress } from "../lab/progress.ts";
import { ablation } from "./ablation.ts";
import type { Bench } from "./bench.ts";
import { Repository } from "./images.ts";
import { outage } from "./outage.ts";
import { RequestLoop } from "./requests.ts";
import { FAILURES, type Failure, type Layer, LAYERS, type ReplayResult } from "./result.ts";
import { run } from "./run.ts";
import { Site } from "./site.ts";
import { Timeline } from "./timeline.ts";

export interface ReplayOptions {
  readonly lab: Lab;
  readonly progress: Progress;
  /** The first and the third failure, and a few layers. */
  readonly isShort: boolean;
  readonly signal: AbortSignal;
}

/** Lets the outage happen on the lab, and then not happen. Leaves nothing behind, however it ends. */
export async function replay(options: ReplayOptions): Promise<ReplayResult> {
  const { lab, progress, signal, isShort } = options;
  const id = randomBytes(3).toString("hex");
  const timeline = new Timeline(progress);
  const requests = new RequestLoop(timeline);
  const namespace = `replay-${id}`;
  try {
    const repository = await Repository.create(id, lab.registry, progress);
    const site = await Site.create({
      namespace,
      lab,
      image: repository.old,
      postgres: await ensureImage(postgres, lab.registry, progress),
      signal,
    });
    const serveOld: Bench["serveOld"] = async (hardening) => {
      await requests.stop();
      await site.start(repository.old, hardening);
      requests.start(site.target);
    };
    const bench: Bench = { lab, timeline, requests, repository, site, serveOld, signal };
    await serveOld();
    timeline.say(`BookWyrm serves from ${repository.old}`);
    const failures = failuresOf(isShort);
    const broken = await outage(bench, failures);
    const [first] = broken.attempts;
    const tried = await ablation(bench, {
      layers: layersOf(isShort),
      failures,
      cachedDigest: first?.intendedDigest ?? "",
    });
    await requests.stop();
    return {
      startedAt: timeline.startedAt.toISOString(),
      seconds: timeline.now(),
      outage: broken,
      withAllLayers: { name: "all layers", layers: [], attempts: [] },
      ablation: tried,
      gaps: [],
      served: requests.seconds(),
      timeline: timeline.moments,
    };
  } finally {
    await requests.stop();
    await run(["kubectl", "delete", "namespace", namespace, "--ignore-not-found", "--wait=false"]);
  }
}

const layersOf = (isShort: boolean): readonly Layer[] =>
  isShort ? ["jobs", "verification"] : (Object.keys(LAYERS) as Layer[]);

const failuresOf = (isShort: boolean): readonly Failure[] =>
  isShort ? ["image-without-code", "cached-image"] : (Object.keys(FAILURES) as Failure[]);
