import type { Check } from "../check.ts";
import type { Deployment, ReplicaSet, StatefulSet } from "../cluster/objects.ts";
import type { Reading } from "../cluster/reading.ts";
import { objectsOf } from "../cluster/workloads.ts";
import { count, fail, type Finding, outcomeOf } from "../findings.ts";
import type { Expected, ExpectedWorkload } from "./expected.ts";

export interface RolloutCompleteArgs {
  readonly reading: Reading;
  readonly expected: Expected;
}

/** Every Deployment and StatefulSet has all its pods, available, and none of an earlier release. */
export const rolloutCompleteCheck = ({ reading, expected }: RolloutCompleteArgs): Check => ({
  id: "rollout-complete",
  run: async () => {
    const [deployments, statefulSets, replicaSets] = await Promise.all([
      reading.list("deployments"),
      reading.list("statefulsets"),
      reading.list("replicasets"),
    ]);
    const workloads = expected.workloads.filter(({ kind }) => kind !== "Job");
    const findings = workloads.flatMap((workload) =>
      workload.kind === "Deployment"
        ? judgeAll(workload, deployments, (found) => deploymentProblems(found, replicaSets))
        : judgeAll(workload, statefulSets, statefulSetProblems),
    );
    if (workloads.length === 0) findings.push(fail("the stack expects no workload at all"));
    return outcomeOf(findings, {
      passed: `Rolled out, with every pod available: ${count(workloads.length, "workload")}.`,
      remedy:
        "Look at the pods: kubectl get pods, then the checks crash-logs and warning-events; once they start, verify again.",
    });
  },
});

function judgeAll<Item extends Deployment | StatefulSet>(
  workload: ExpectedWorkload,
  items: readonly Item[],
  problems: (item: Item) => readonly string[],
): Finding[] {
  const found = objectsOf(workload, items);
  if (found.length === 0) return [fail(`${workload.name}: there is no such ${workload.kind}`)];
  return found.flatMap((item) => {
    const { replicas = 1 } = item.spec;
    const fewer =
      replicas < workload.replicas
        ? [`it asks for ${count(replicas, "pod")}, the stack for ${workload.replicas.toString()}`]
        : [];
    return [...fewer, ...problems(item)].map((text) => fail(`${item.metadata.name}: ${text}`));
  });
}

function deploymentProblems(
  { metadata, spec, status = {} }: Deployment,
  replicaSets: readonly ReplicaSet[],
): string[] {
  if ((status.observedGeneration ?? 0) < (metadata.generation ?? 0)) {
    return ["the cluster has not looked at its last change yet"];
  }
  const { replicas = 1, paused = false } = spec;
  const revision = metadata.annotations?.[REVISION];
  const older = replicaSets.filter(
    (set) =>
      set.metadata.ownerReferences?.some(({ uid }) => uid === metadata.uid) === true &&
      set.metadata.annotations?.[REVISION] !== revision &&
      (set.status?.replicas ?? 0) > 0,
  );
  const failed = status.conditions?.find(
    ({ type, status }) => type === "Progressing" && status === "False",
  );
  return [
    ...(paused ? ["its rollout is paused"] : []),
    ...(failed?.message === undefined ? [] : [failed.message]),
    ...numberProblems(replicas, status),
    ...((status.unavailableReplicas ?? 0) > 0
      ? [`${count(status.unavailableReplicas ?? 0, "pod")} not available`]
      : []),
    ...older.map(
      (set) =>
        `the earlier ReplicaSet ${set.metadata.name} still has ${count(set.status?.replicas ?? 0, "pod")}`,
    ),
  ];
}

const REVISION = "deployment.kubernetes.io/revision";

function statefulSetProblems({ metadata, spec, status = {} }: StatefulSet): string[] {
  if ((status.observedGeneration ?? 0) < (metadata.generation ?? 0)) {
    return ["the cluster has not looked at its last change yet"];
  }
  return [
    ...numberProblems(spec.replicas ?? 1, {
      ...status,
      // Left out once all pods are of one revision.
      updatedReplicas:
        status.currentRevision === status.updateRevision
          ? (status.replicas ?? 0)
          : (status.updatedReplicas ?? 0),
    }),
  ];
}

/** The controllers leave out zeros. */
function numberProblems(
  wanted: number,
  status: {
    readonly replicas?: number;
    readonly updatedReplicas?: number;
    readonly availableReplicas?: number;
  },
): string[] {
  const { replicas = 0, updatedReplicas = 0, availableReplicas = 0 } = status;
  const of = ` of ${count(wanted, "pod")}`;
  return [
    ...(updatedReplicas === wanted ? [] : [`${updatedReplicas.toString()}${of} updated`]),
    ...(availableReplicas === wanted ? [] : [`${availableReplicas.toString()}${of} available`]),
    ...(replicas > wanted ? [`${count(replicas - wanted, "pod")} too many`] : []),
  ];
}
