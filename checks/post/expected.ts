import type { Component } from "../../model/labels.ts";
import type { PinnedImage } from "../../model/pinned-image.ts";
import type { Settings } from "../../model/settings.ts";

/** One workload that a stack's settings ask for. */
export interface ExpectedWorkload {
  readonly component: Component;
  /** The value of `app.kubernetes.io/name`: the object's own name ends in a generated suffix. */
  readonly name: string;
  readonly kind: "Deployment" | "StatefulSet" | "Job";
  readonly replicas: number;
  readonly image: PinnedImage;
  /** What a worker takes tasks from; empty for everything else. */
  readonly queues: readonly string[];
}

/** What must be found in a namespace when it runs these settings. */
export interface Expected {
  readonly domain: string;
  /** BookWyrm's, as the site must report it. */
  readonly version: string;
  readonly pullSecret: string;
  readonly registryUsername: string;
  /** Whether a NetworkPolicy names who may ask web. */
  readonly isWebLimited: boolean;
  readonly workloads: readonly ExpectedWorkload[];
}

/** @param hasFlower Whether the stack sets the secret `flowerBasicAuth`, which the settings do not hold. */
export function expectedOf(settings: Settings, hasFlower: boolean): Expected {
  const { image, database, redis, web, workers } = settings;
  const deployment = (
    component: Component,
    name: string,
    replicas: number,
    queues: readonly string[] = [],
  ): ExpectedWorkload => ({ component, name, kind: "Deployment", replicas, image, queues });
  const job = (component: Component): ExpectedWorkload => ({
    ...deployment(component, component, 1),
    kind: "Job",
  });
  const store = (component: Component, image: PinnedImage): ExpectedWorkload => ({
    ...deployment(component, component, 1),
    kind: "StatefulSet",
    image,
  });
  return {
    domain: settings.domain,
    version: image.version,
    pullSecret: settings.pullSecret,
    registryUsername: settings.registryUsername,
    isWebLimited: settings.network.webFrom !== undefined,
    workloads: [
      job("smoke"),
      ...(database.placement.kind === "in-cluster"
        ? [store("postgres", database.placement.image)]
        : []),
      ...(redis.kind === "in-cluster"
        ? [store("redis-activity", redis.image), store("redis-broker", redis.image)]
        : []),
      job("migration"),
      deployment("web", "web", web.replicas),
      ...workers.map(({ name, replicas, queues }) => deployment("worker", name, replicas, queues)),
      deployment("beat", "beat", 1),
      ...(hasFlower ? [deployment("flower", "flower", 1)] : []),
    ],
  };
}
