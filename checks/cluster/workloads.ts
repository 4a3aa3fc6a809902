import { LABEL, PART_OF } from "../../model/labels.ts";
import type { Condition, Metadata, Pod } from "./objects.ts";
import type { Reading } from "./reading.ts";

export interface WorkloadName {
  readonly component: string;
  /** The value of `app.kubernetes.io/name`. */
  readonly name: string;
  readonly kind: "Deployment" | "StatefulSet" | "Job";
}

interface Labelled {
  readonly metadata: Metadata;
}

/** The objects of a workload. There should be one; a copy made by hand carries the same labels. */
export const objectsOf = <Item extends Labelled>(
  { component, name }: WorkloadName,
  items: readonly Item[],
): Item[] =>
  items.filter(
    ({ metadata: { labels = {} } }) =>
      labels[LABEL.partOf] === PART_OF &&
      labels[LABEL.component] === component &&
      labels[LABEL.name] === name,
  );

/** The one that was made last; the API server lists by name. */
export const newestOf = <Item extends Labelled>(items: readonly Item[]): Item | undefined =>
  items.toSorted((a, b) => created(b).localeCompare(created(a)))[0];

const created = ({ metadata }: Labelled): string => metadata.creationTimestamp ?? "";

/** Pods by the workload that made them, and those of BookWyrm that run and that none of these workloads made. */
export interface OwnedPods<Workload extends WorkloadName> {
  readonly owned: ReadonlyMap<Workload, readonly Pod[]>;
  readonly strays: readonly Pod[];
}

/**
 * Follows owners, since labels alone can be put on anything. Pods that are being deleted are left out.
 */
export async function ownedPods<Workload extends WorkloadName>(
  reading: Reading,
  workloads: readonly Workload[],
): Promise<OwnedPods<Workload>> {
  const [pods, replicaSets, ...objects] = await Promise.all([
    reading.list("pods"),
    reading.list("replicasets"),
    reading.list("deployments"),
    reading.list("statefulsets"),
    reading.list("jobs"),
  ]);
  const byKind = { Deployment: objects[0], StatefulSet: objects[1], Job: objects[2] };
  const makers = new Map<string, string>(
    replicaSets.map(({ metadata }) => [metadata.uid, makerOf(metadata) ?? metadata.uid]),
  );
  const workloadOf = new Map<string, Workload>(
    workloads.flatMap((workload) =>
      objectsOf<Labelled>(workload, byKind[workload.kind]).map(
        ({ metadata }) => [metadata.uid, workload] as const,
      ),
    ),
  );
  const owned = new Map<Workload, Pod[]>(workloads.map((workload) => [workload, []]));
  const strays: Pod[] = [];
  for (const pod of pods.filter(({ metadata }) => metadata.deletionTimestamp === undefined)) {
    const maker = makerOf(pod.metadata) ?? "";
    const workload = workloadOf.get(makers.get(maker) ?? maker);
    if (workload !== undefined) owned.get(workload)?.push(pod);
    else if (isOurs(pod) && !hasEnded(pod)) strays.push(pod);
  }
  return { owned, strays };
}

const isOurs = ({ metadata }: Pod): boolean => metadata.labels?.[LABEL.partOf] === PART_OF;

export const hasEnded = ({ status }: Pod): boolean =>
  status?.phase === "Succeeded" || status?.phase === "Failed";

/** uid of the object that made this one. */
export const makerOf = ({ ownerReferences = [] }: Metadata): string | undefined =>
  ownerReferences.find(({ controller }) => controller === true)?.uid;

/** A condition whose status is `True`. */
export const trueCondition = (
  { status }: { readonly status?: { readonly conditions?: readonly Condition[] } },
  type: string,
): Condition | undefined =>
  status?.conditions?.find((condition) => condition.type === type && condition.status === "True");

export const isReady = (pod: Pod): boolean => trueCondition(pod, "Ready") !== undefined;

/** Since when a pod has been ready, in milliseconds; undefined where it is not ready, or does not say it. */
export function readySince(pod: Pod): number | undefined {
  const { lastTransitionTime } = trueCondition(pod, "Ready") ?? {};
  return lastTransitionTime === undefined ? undefined : Date.parse(lastTransitionTime);
}

/** A pod of a component that can be asked now. */
export async function readyPod<Workload extends WorkloadName>(
  reading: Reading,
  workloads: readonly Workload[],
  component: Workload["component"],
): Promise<Pod | undefined> {
  const { owned } = await ownedPods(
    reading,
    workloads.filter((workload) => workload.component === component),
  );
  return [...owned.values()].flat().find(isReady);
}
