import type { Pod } from "../checks/cluster/objects.ts";
import { digestOf } from "../checks/post/image-identity.ts";

/** What the pods that are to stay run, each digest once. */
export function digestsOf(pods: readonly Pod[]): string[] {
  const ids = pods
    .filter(({ metadata }) => metadata.deletionTimestamp === undefined)
    .flatMap(({ status }) => status?.containerStatuses ?? [])
    .map(({ imageID = "" }) => digestOf(imageID));
  return [...new Set(ids.filter((digest) => digest !== undefined))].sort();
}
