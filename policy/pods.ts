import { read, readList, readText, type Value } from "./read.ts";
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

interface Provider {
  /** For example `pulumi:providers:kubernetes`. */
  readonly type: string;
  /** The engine calls a provider that the program did not make `default` or `default_<version>`. */
  readonly name: string;
  readonly urn: string;
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

const TYPE = /^kubernetes:(?<group>.*):(?<kind>[A-Za-z]*?)(?<form>List|Patch)?$/;

/** Where a kind keeps its pod template. Every other kind is looked into as if it were a Deployment. */
const TEMPLATE_PATHS: Readonly<Record<string, readonly string[]>> = {
  Pod: [],
  PodTemplate: ["template"],
  CronJob: ["spec", "jobTemplate", "spec", "template"],
};
const USUAL_TEMPLATE_PATH = ["spec", "template"] as const;

const WORKLOAD_KINDS = [
  ...Object.keys(TEMPLATE_PATHS),
  "Deployment",
  "StatefulSet",
  "DaemonSet",
  "ReplicaSet",
  "ReplicationController",
  "Job",
];
const JOB_KINDS = ["Job", "CronJob"];

/** Every pod that a resource makes, in any API version, alone, as a Patch, or in a List. */
export function podsOf({ type, props }: Pick<Resource, "type" | "props">): Pod[] {
  const { kind, form } = TYPE.exec(type)?.groups ?? {};
  if (kind === undefined) return [];
  if (form !== "List") return podOf(kind, props, "", form === "Patch");
  const items = readList(props, "items");
  if (items === "unknown") return [unknownPod(kind, "items")];
  return items.flatMap((item, index) => {
    const path = `items[${index.toString()}]`;
    if (item.state !== "known") return [unknownPod(kind, path)];
    return podOf(readText(item.value, "kind") ?? kind, item.value, path, false);
  });
}

function podOf(kind: string, object: unknown, prefix: string, isPatch: boolean): Pod[] {
  const templatePath = TEMPLATE_PATHS[kind] ?? USUAL_TEMPLATE_PATH;
  const path = [prefix, ...templatePath].filter((part) => part !== "").join(".");
  const template = read(object, ...templatePath);
  const isJob = JOB_KINDS.includes(kind);
  if (template.state === "unknown")
    return WORKLOAD_KINDS.includes(kind) ? [unknownPod(kind, path)] : [];
  if (template.state === "absent") return [];
  const pod = { kind, path, template: template.value, isPatch, isJob };
  if (WORKLOAD_KINDS.includes(kind)) return [pod];
  // A custom resource with a pod template in the usual place, such as an Argo Rollout.
  return read(template.value, "spec", "containers").state === "absent" ? [] : [pod];
}

const unknownPod = (kind: string, path: string): Pod => ({
  kind,
  path,
  template: UNKNOWN,
  isPatch: false,
  isJob: JOB_KINDS.includes(kind),
});

/** Reads below the pod's template. */
export const readPod = (pod: Pod, ...path: readonly (string | number)[]): Value =>
  read(pod.template, ...path);

/** Where a field of the pod stands within the resource. */
export const pathIn = (pod: Pod, path: string): string =>
  pod.path === "" ? path : `${pod.path}.${path}`;

/** All containers, also those that only prepare or debug; an unknown list is one unknown container. */
export function containersOf(pod: Pod): Container[] {
  return CONTAINER_LISTS.flatMap((list): Container[] => {
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
  });
}

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
