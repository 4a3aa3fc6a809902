import { type BookWyrmComponent, componentOf } from "./bookwyrm.ts";
import { instanceOf } from "./graph.ts";
import { everyObjectOf, type KubernetesObject } from "./objects.ts";
import { type Pod, podsOf, type Provider } from "./pods.ts";
import { read, type Value } from "./read.ts";
import { remembered } from "./remember.ts";
import type { StackResource } from "./rule.ts";

/** What makes pods, among all of its stack. */
export interface Workload {
  readonly resource: StackResource;
  readonly pod: Pod;
  /** Reads below the object that makes the pods. */
  readonly readOwner: (...path: readonly string[]) => Value;
}

/** In the order of their URNs, which does not change from run to run. */
export const workloadsOf = remembered((resources: readonly StackResource[]): readonly Workload[] =>
  inOrder(resources).flatMap((resource) =>
    podsOf(resource).map((pod) => {
      const items = /^(?:items\[\d+\]\.?)*/.exec(pod.path)?.[0] ?? "";
      const place = [...items.matchAll(/\d+/g)].flatMap(([index]) => ["items", Number(index)]);
      return {
        resource,
        pod,
        readOwner: (...path: readonly string[]) => read(resource.props, ...place, ...path),
      };
    }),
  ),
);

export interface BookWyrmWorkload extends Workload {
  readonly component: BookWyrmComponent;
}

/**
 * The workloads that run BookWyrm's image, each instance by itself. What no component makes belongs to the one
 * whose workloads stand beside it; without one, those of one namespace are one instance, and where a namespace is
 * not known yet, those of the whole cluster.
 */
export const instancesOf = remembered((resources: readonly StackResource[]) => {
  const instances = new Map<string, BookWyrmWorkload[]>();
  const all = workloadsOf(resources).flatMap((workload): BookWyrmWorkload[] => {
    const component = componentOf(workload.pod);
    return component === undefined ? [] : [{ ...workload, component }];
  });
  const own = all.flatMap((workload) => {
    const urn = instanceOf(workload.resource, resources)?.urn;
    return urn === undefined ? [] : [{ ...workload, urn }];
  });
  const ownUrns = new Map(own.map(({ pod, urn }) => [pod, urn]));
  const ownBeside = beside(own);
  const urnBeside = (workload: Workload): string | undefined => {
    const [urn, ...others] = new Set(ownBeside(workload).map((each) => each.urn));
    return others.length === 0 ? urn : undefined;
  };
  const urns = new Map(all.map((each) => [each, ownUrns.get(each.pod) ?? urnBeside(each)]));
  const vague = new Set(
    all
      .filter((each) => urns.get(each) === undefined && namespaceOf(each).state === "unknown")
      .map(clusterOf),
  );
  for (const workload of all) {
    const cluster = clusterOf(workload);
    const namespace = vague.has(cluster) ? undefined : valueOf(namespaceOf(workload));
    const instance = urns.get(workload) ?? JSON.stringify([cluster, namespace]);
    const workloads = instances.get(instance) ?? [];
    workloads.push(workload);
    instances.set(instance, workloads);
  }
  return [...instances.values()] as readonly (readonly BookWyrmWorkload[])[];
});

/** An object, and the resource that makes it. */
export interface StackObject extends KubernetesObject {
  readonly resource: StackResource;
}

export const stackObjectsOf = (
  resources: readonly StackResource[],
  ...kinds: readonly string[]
): StackObject[] => everyStackObjectOf(resources).filter(({ kind }) => kinds.includes(kind));

export const everyStackObjectOf = remembered(
  (resources: readonly StackResource[]): readonly StackObject[] =>
    inOrder(resources).flatMap((resource) =>
      everyObjectOf(resource).map((object) => ({ ...object, resource })),
    ),
);

const inOrder = (resources: readonly StackResource[]): StackResource[] =>
  [...resources].sort((a, b) => (a.urn < b.urn ? -1 : 1));

/** Whether two names may be one: what is not known yet may be any. */
export const mayBeEqual = (a: Value, b: Value): boolean =>
  a.state === "unknown" || b.state === "unknown" || valueOf(a) === valueOf(b);

const valueOf = (value: Value): unknown => (value.state === "known" ? value.value : undefined);

/** What is in a namespace of a cluster. */
type Placed = Pick<Workload, "readOwner" | "resource"> | Pick<StackObject, "read" | "resource">;

/** Stands for a cluster; undefined where that is not known. Two providers may be for one. */
const clusterOf = ({ resource: { provider } }: Placed): string | undefined => {
  const choice = provider && choiceOf(provider);
  return choice === undefined ? provider?.urn : JSON.stringify(choice);
};

/** Of the settings of pulumi-kubernetes 4 these choose the cluster; an empty one is none. */
const CLUSTER_SETTINGS = ["kubeconfig", "context", "cluster"];

/** How a provider chooses its cluster; undefined where not all of it is known, or nothing is set. */
const choiceOf = remembered(({ props }: Provider): readonly unknown[] | undefined => {
  const settings = CLUSTER_SETTINGS.map((name) => read(props, name));
  if (settings.some(({ state }) => state === "unknown")) return undefined;
  const values = settings.map(valueOf).map((value) => (value === "" ? undefined : value));
  return values.every((value) => value === undefined) ? undefined : values;
});

/** A setting that only one of two providers has does not tell their clusters apart. */
function mayBeOnOneCluster(a: Placed, b: Placed): boolean {
  const [one, another] = [a.resource.provider, b.resource.provider];
  if (one === undefined || another === undefined || one.urn === another.urn) return true;
  const [choice, otherChoice] = [choiceOf(one), choiceOf(another)];
  if (choice === undefined || otherChoice === undefined) return false;
  return choice.every((value, index) => {
    const other = otherChoice[index];
    return value === undefined || other === undefined || value === other;
  });
}

/** Whether two objects may be in one namespace of one cluster. */
export const mayBeTogether = (a: Placed, b: Placed): boolean =>
  mayBeOnOneCluster(a, b) && mayBeEqual(namespaceOf(a), namespaceOf(b));

/** Stands for the namespace and the cluster of an object; undefined where the namespace is not known. */
export function placeOf(object: Placed): string | undefined {
  const namespace = namespaceOf(object);
  return namespace.state === "known"
    ? JSON.stringify([clusterOf(object), namespace.value])
    : undefined;
}

/** Those that `mayBeTogether` with an object, found without a look at all others for each. */
export function beside<T extends Placed>(all: readonly T[]): (object: Placed) => readonly T[] {
  const inItsNamespace = besideInNamespace(all);
  return (object) => inItsNamespace(object).filter((each) => mayBeOnOneCluster(each, object));
}

function besideInNamespace<T extends Placed>(all: readonly T[]): (object: Placed) => readonly T[] {
  const anywhere: T[] = [];
  const inNamespace = new Map<unknown, T[]>();
  for (const each of all) {
    const namespace = namespaceOf(each);
    const known = inNamespace.get(valueOf(namespace));
    if (namespace.state === "unknown") anywhere.push(each);
    else if (known === undefined) inNamespace.set(valueOf(namespace), [each]);
    else known.push(each);
  }
  return (object) => {
    const namespace = namespaceOf(object);
    if (namespace.state === "unknown") return all;
    const here = inNamespace.get(valueOf(namespace)) ?? [];
    return anywhere.length === 0 ? here : [...here, ...anywhere];
  };
}

const DEFAULT_NAMESPACE: Value = { state: "known", value: "default" };

function namespaceOf(object: Placed): Value {
  const namespace =
    "read" in object
      ? object.read("metadata", "namespace")
      : object.readOwner("metadata", "namespace");
  return namespace.state === "absent" ? DEFAULT_NAMESPACE : namespace;
}

/** Of Kubernetes, and of KEDA. */
export const AUTOSCALERS = ["HorizontalPodAutoscaler", "ScaledObject"];

/** How often a workload runs; undefined where that is not known. */
export function replicasOf({ readOwner }: Workload): number | undefined {
  const replicas = readOwner("spec", "replicas");
  if (replicas.state === "absent") return 1;
  return replicas.state === "known" && typeof replicas.value === "number"
    ? replicas.value
    : undefined;
}
