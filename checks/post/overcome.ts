import type { Pod } from "../cluster/objects.ts";
import { hasItsPods, isComplete, replacement } from "../cluster/owners.ts";
import type { Reading } from "../cluster/reading.ts";
import { readySince } from "../cluster/workloads.ts";

const WHOLLY = Infinity;
export const NOT_AT_ALL = -Infinity;

/**
 * Up to when an object's troubles are overcome, in milliseconds, by its uid. A busy node waits in vain for a
 * volume's ConfigMap, warns of FailedMount, and mounts it a second later: a pod that has become ready since
 * then had all that it needs. What is gone, is going, or was replaced has no entry.
 */
export async function overcomeUntil(reading: Reading): Promise<ReadonlyMap<string, number>> {
  const [pods, replicaSets, statefulSets, jobs, deployments, isReplaced] = await Promise.all([
    reading.list("pods"),
    reading.list("replicasets"),
    reading.list("statefulsets"),
    reading.list("jobs"),
    reading.list("deployments"),
    replacement(reading),
  ]);
  return new Map([
    ...pods
      .filter((pod) => pod.metadata.deletionTimestamp === undefined && !isReplaced(pod))
      .map((pod) => [pod.metadata.uid, overcomeByPod(pod)] as const),
    ...[...replicaSets, ...statefulSets].map(
      (set) => [set.metadata.uid, hasItsPods(set) ? WHOLLY : NOT_AT_ALL] as const,
    ),
    ...jobs.map((job) => [job.metadata.uid, isComplete(job) ? WHOLLY : NOT_AT_ALL] as const),
    ...deployments.map(({ metadata }) => [metadata.uid, NOT_AT_ALL] as const),
  ]);
}

const overcomeByPod = (pod: Pod): number =>
  pod.status?.phase === "Succeeded" ? WHOLLY : (readySince(pod) ?? NOT_AT_ALL);
