import { type BookWyrmComponent, componentOf } from "./bookwyrm.ts";
import { instanceOf } from "./graph.ts";
import { everyObjectOf, type KubernetesObject } from "./objects.ts";
import { type Pod, podsOf } from "./pods.ts";
import { read, type Value } from "./read.ts";
import type { StackResource } from "./rule.ts";

/** What makes pods, among all of its stack. */
export interface Workload {
  readonly resource: StackResource;
  readonly pod: Pod;
  /** Reads below the object that makes the pods. */
  readonly readOwner: (...path: readonly string[]) => Value;
}

/** In the order of their URNs, which does not change from run to run. */
export const workloadsOf = (resources: readonly StackResource[]): Workload[] =>
  inOrder(resources).flatMap((resource) =>
    podsOf(resource).map((pod) => {
      const item = /^items\[(?<index>\d+)\]/.exec(pod.path)?.groups?.["index"];
      const place = item === undefined ? [] : ["items", Number(item)];
      return {
        resource,
        pod,
        readOwner: (...path: readonly string[]) => read(resource.props, ...place, ...path),
      };
    }),
  );

export interface BookWyrmWorkload extends Workload {
  readonly component: BookWyrmComponent;
}

/** The workloads that run BookWyrm's image, each instance by itself. */
export function instancesOf(resources: readonly StackResource[]): BookWyrmWorkload[][] {
  const instances = new Map<string, BookWyrmWorkload[]>();
  for (const workload of workloadsOf(resources)) {
    const component = componentOf(workload.pod);
    if (component === undefined) continue;
    const instance = instanceOf(workload.resource, resources)?.urn ?? "";
    instances.set(instance, [...(instances.get(instance) ?? []), { ...workload, component }]);
  }
  return [...instances.values()];
}

/** An object, and the resource that makes it. */
export interface StackObject extends KubernetesObject {
  readonly resource: StackResource;
}

export const stackObjectsOf = (
  resources: readonly StackResource[],
  ...kinds: readonly string[]
): StackObject[] =>
  inOrder(resources).flatMap((resource) =>
    everyObjectOf(resource)
      .filter(({ kind }) => kinds.includes(kind))
      .map((object) => ({ ...object, resource })),
  );

const inOrder = (resources: readonly StackResource[]): StackResource[] =>
  [...resources].sort((a, b) => (a.urn < b.urn ? -1 : 1));

/** Whether two names may be one: what is not known yet may be any. */
export const mayBeEqual = (a: Value, b: Value): boolean =>
  a.state === "unknown" || b.state === "unknown" || valueOf(a) === valueOf(b);

const valueOf = (value: Value): unknown => (value.state === "known" ? value.value : undefined);

/** Whether two objects may be in one namespace. */
export const mayBeTogether = (
  a: Pick<Workload, "readOwner"> | Pick<KubernetesObject, "read">,
  b: Pick<Workload, "readOwner"> | Pick<KubernetesObject, "read">,
): boolean => mayBeEqual(namespaceOf(a), namespaceOf(b));

const DEFAULT_NAMESPACE: Value = { state: "known", value: "default" };

function namespaceOf(object: Pick<Workload, "readOwner"> | Pick<KubernetesObject, "read">): Value {
  const namespace =
    "read" in object
      ? object.read("metadata", "namespace")
      : object.readOwner("metadata", "namespace");
  return namespace.state === "absent" ? DEFAULT_NAMESPACE : namespace;
}

/** How often a workload runs; undefined where that is not known. */
export function replicasOf({ readOwner }: Workload): number | undefined {
  const replicas = readOwner("spec", "replicas");
  if (replicas.state === "absent") return 1;
  return replicas.state === "known" && typeof replicas.value === "number"
    ? replicas.value
    : undefined;
}
