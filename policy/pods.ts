import { everyObjectOf, type KubernetesObject } from "./objects.ts";
import { read, readList, readText, type Value } from "./read.ts";
import { remembered } from "./remember.ts";
import { UNKNOWN } from "./snapshot.ts";

/** A resource as the engine hands it to a pack. */
export interface Resource {
  /** For example `kubernetes:apps/v1:Deployment`. */
  readonly type: string;
  /** As the program calls it. */
  readonly name: string;
  readonly urn: string;
  /** Inputs where a resource is judged by itself, outputs where the stack is. */
  readonly props: unknown;
  readonly options: ResourceOptions;
  /** undefined for what needs none: a component, the stack, a provider itself. */
  readonly provider: Provider | undefined;
}

interface ResourceOptions {
  /** Paths of properties, for example `spec.replicas` or `metadata.labels["app"]`. */
  readonly ignoreChanges: readonly string[];
}

export interface Provider {
  /** For example `pulumi:providers:kubernetes`. */
  readonly type: string;
  /** The engine calls a provider that the program did not make `default` or `default_<version>`. */
  readonly name: string;
  readonly urn: string;
  readonly props: unknown;
}

/** A pod, or the template that a workload makes pods from. */
export interface Pod {
  /** For example `Deployment`. */
  readonly kind: string;
  /** Where the pod stands within the resource, for example `spec.template`; empty for a Pod itself. */
  readonly path: string;
  /** Holds `metadata` and `spec`. */
  readonly template: unknown;
  /** A Patch says only what it changes: what it leaves out is no fault. */
  readonly isPatch: boolean;
  /** Runs to its end and is not served by anybody: probes make no sense for it. */
  readonly isJob: boolean;
}

export const CONTAINER_LISTS = ["initContainers", "containers", "ephemeralContainers"] as const;

export interface Container {
  /** For example `spec.template.spec.containers[web]`. */
  readonly path: string;
  readonly list: (typeof CONTAINER_LISTS)[number];
  /** unknown where the whole container is. */
  readonly value: Value;
}

/** Where a kind keeps its pod template. Every other kind is looked into as if it were a Deployment. */
const TEMPLATE_PATHS: ReadonlyMap<string, readonly string[]> = new Map([
  ["Pod", []],
  ["PodTemplate", ["template"]],
  ["CronJob", ["spec", "jobTemplate", "spec", "template"]],
]);
const USUAL_TEMPLATE_PATH = ["spec", "template"] as const;

const WORKLOAD_KINDS = [
  ...TEMPLATE_PATHS.keys(),
  "Deployment",
  "StatefulSet",
  "DaemonSet",
  "ReplicaSet",
  "ReplicationController",
  "Job",
];
/** An object of unknown kind, in a List of all kinds, may be a workload. */
export const isWorkloadKind = (kind: string): boolean =>
  WORKLOAD_KINDS.includes(kind) || kind === "";
const JOB_KINDS = ["Job", "CronJob"];

/** Every pod that a resource makes, in any API version, alone, as a Patch, or in a List. */
export const podsOf = remembered((resource: Pick<Resource, "type" | "props">): readonly Pod[] =>
  everyObjectOf(resource).flatMap((object) => podOf(object) ?? []),
);

/** The pod that an object makes; undefined where it makes none, or none that is seen. */
export function podOf(object: KubernetesObject): Pod | undefined {
  const pod = podIn(object, ...(TEMPLATE_PATHS.get(object.kind) ?? USUAL_TEMPLATE_PATH));
  return pod !== undefined && makesPods(pod) ? pod : undefined;
}

/** The pods of an object, which has their template here; undefined where there is none. */
export function podIn(
  { kind, isPatch, read, at }: KubernetesObject,
  ...path: readonly string[]
): Pod | undefined {
  const template = read(...path);
  if (template.state === "absent") return undefined;
  return {
    kind,
    path: at(path.join(".")),
    template: template.state === "known" ? template.value : UNKNOWN,
    isPatch,
    isJob: JOB_KINDS.includes(kind),
  };
}

function makesPods(pod: Pod): boolean {
  if (isWorkloadKind(pod.kind)) return true;
  // A custom resource with a pod template in the usual place, such as an Argo Rollout.
  return pod.template !== UNKNOWN && readPod(pod, "spec", "containers").state !== "absent";
}

/** Reads below the pod's template. */
export const readPod = (pod: Pod, ...path: readonly (string | number)[]): Value =>
  read(pod.template, ...path);

/** Where a field of the pod stands within the resource. */
export const pathIn = (pod: Pod, path: string): string =>
  pod.path === "" ? path : `${pod.path}.${path}`;

/** All containers, also those that only prepare or debug; an unknown list is one unknown container. */
export const containersOf = remembered((pod: Pod): readonly Container[] =>
  CONTAINER_LISTS.flatMap((list): Container[] => {
    const path = pathIn(pod, `spec.${list}`);
    const spec = readPod(pod, "spec");
    if (spec.state === "absent") return [];
    const values = spec.state === "unknown" ? "unknown" : readList(spec.value, list);
    if (values === "unknown") {
      const isSeveral = list !== "containers" && spec.state === "unknown";
      return isSeveral ? [] : [{ path, list, value: { state: "unknown" } }];
    }
    return values.map((value, index) => {
      const name = value.state === "known" ? readText(value.value, "name") : undefined;
      return { path: `${path}[${name ?? index.toString()}]`, list, value };
    });
  }),
);

/** Reads a field of a container. */
export const readContainer = (
  container: Container,
  ...path: readonly (string | number)[]
): Value =>
  container.value.state === "known" ? read(container.value.value, ...path) : container.value;

/** Runs as long as its pod does: a main container, or an init container that is restarted (a sidecar). */
export function isLongRunning(pod: Pod, container: Container): boolean {
  if (pod.isJob) return false;
  if (container.list !== "initContainers") return container.list === "containers";
  const restartPolicy = readContainer(container, "restartPolicy");
  return restartPolicy.state === "known" && restartPolicy.value === "Always";
}
