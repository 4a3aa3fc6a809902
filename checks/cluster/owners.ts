import type { Job, Pod, ReplicaSet, StatefulSet } from "./objects.ts";
import type { Reading } from "./reading.ts";
import { hasEnded, makerOf, trueCondition } from "./workloads.ts";

export const hasItsPods = ({ spec, status }: ReplicaSet | StatefulSet): boolean =>
  (status?.readyReplicas ?? 0) >= (spec.replicas ?? 1);

export const isComplete = (job: Job): boolean => trueCondition(job, "Complete") !== undefined;

/**
 * Whether a pod lies about, ended by its node or by an eviction, while its owner has what it should
 * without it. Kubernetes keeps such pods until there are thousands.
 */
export async function replacement(reading: Reading): Promise<(pod: Pod) => boolean> {
  const [replicaSets, statefulSets, jobs] = await Promise.all([
    reading.list("replicasets"),
    reading.list("statefulsets"),
    reading.list("jobs"),
  ]);
  const content = new Set(
    [...[...replicaSets, ...statefulSets].filter(hasItsPods), ...jobs.filter(isComplete)].map(
      ({ metadata }) => metadata.uid,
    ),
  );
  return (pod) => hasEnded(pod) && content.has(makerOf(pod.metadata) ?? "");
}
