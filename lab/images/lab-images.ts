import type { Progress } from "../progress.ts";
import { ensureImage } from "./images.ts";
import { postgres, redis } from "./recipes.ts";
import type { Registry } from "./registry-client.ts";
import { ensureSample } from "./sample.ts";

const SAMPLE_VERSION = "0.9.2";

/** Full references, with tag and digest. */
export interface LabImages {
  readonly bookwyrm: string;
  readonly postgres: string;
  readonly redis: string;
}

/** Builds and pushes what is new, and returns what a stack is pinned to. */
export async function ensureImages(registry: Registry, progress: Progress): Promise<LabImages> {
  const sample = await ensureSample(SAMPLE_VERSION, registry, progress);
  return {
    bookwyrm: sample.reference,
    postgres: await ensureImage(postgres, registry, progress),
    redis: await ensureImage(redis, registry, progress),
  };
}
