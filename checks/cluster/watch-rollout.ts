import { setTimeout as sleep } from "node:timers/promises";
import type { Cluster } from "./cluster.ts";
import type { Deployment, Job, Pod, StatefulSet } from "./objects.ts";
import { type Reading, takeReading } from "./reading.ts";
import { newestOf, objectsOf, ownedPods, trueCondition, type WorkloadName } from "./workloads.ts";

/** One workload and how far it is, for example `1/2 pods updated, 1 available; web-5d-x1: ImagePullBackOff`. */
export interface Progress {
  readonly workload: string;
  readonly line: string;
}

const PERIOD_MS = 2_000;

export interface Watch {
  readonly workloads: readonly WorkloadName[];
  /** Called for each workload at first, and then whenever its line changes. */
  readonly onChange: (progress: Progress) => void;
  readonly periodMs?: number;
}

/** Looks until the signal is aborted. An API server that does not answer is asked again: a deployment goes on without its audience. */
export async function watchRollout(
  cluster: Pick<Cluster, "list">,
  { workloads, onChange, periodMs = PERIOD_MS }: Watch,
  signal: AbortSignal,
): Promise<void> {
  const last = new Map<string, string>();
  while (!signal.aborted) {
    const lines = await linesOf(takeReading(cluster, signal), workloads).catch(() => []);
    for (const progress of lines) {
      if (last.get(progress.workload) === progress.line) continue;
      last.set(progress.workload, progress.line);
      onChange(progress);
    }
    await sleep(periodMs, undefined, { signal }).catch(() => undefined);
  }
}

async function linesOf(reading: Reading, workloads: readonly WorkloadName[]): Promise<Progress[]> {
  const [deployments, statefulSets, jobs, { owned }] = await Promise.all([
    reading.list("deployments"),
    reading.list("statefulsets"),
    reading.list("jobs"),
    ownedPods(reading, workloads),
  ]);
  return workloads.map((workload) => {
    const state =
      workload.kind === "Job"
        ? jobState(newestOf(objectsOf(workload, jobs)))
        : replicaState(
            objectsOf<Deployment | StatefulSet>(
              workload,
              workload.kind === "Deployment" ? deployments : statefulSets,
            )[0],
          );
    const troubles = (owned.get(workload) ?? []).flatMap(troubleOf);
    return { workload: workload.name, line: [state, ...troubles].join("; ") };
  });
}

function replicaState(workload: Deployment | StatefulSet | undefined): string {
  if (workload === undefined) return "not there yet";
  const { updatedReplicas = 0, availableReplicas = 0 } = workload.status ?? {};
  const wanted = workload.spec.replicas ?? 1;
  return `${updatedReplicas.toString()}/${wanted.toString()} pods updated, ${availableReplicas.toString()} available`;
}

function jobState(job: Job | undefined): string {
  if (job === undefined) return "not there yet";
  const ended = trueCondition(job, "Complete") ?? trueCondition(job, "Failed");
  return ended?.type.toLowerCase() ?? "running";
}

/** Why a pod does not come up; what only takes its time is no trouble. */
const troubleOf = ({ metadata, status = {} }: Pod): string[] =>
  [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])].flatMap(
    ({ state }) => {
      const reason = state?.waiting?.reason ?? "";
      return ["", "ContainerCreating", "PodInitializing"].includes(reason)
        ? []
        : [`${metadata.name}: ${reason}`];
    },
  );
