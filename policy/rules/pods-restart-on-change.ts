import { type Container, containersOf, pathIn, type Pod, readContainer, readPod } from "../pods.ts";
import { itemsOf, read, textOf, type Value } from "../read.ts";
import type { StackFinding, StackRule } from "../rule.ts";
import { beside, type StackObject, stackObjectsOf, workloadsOf } from "../workloads.ts";

type Kind = "ConfigMap" | "Secret";

interface Reference {
  readonly path: string;
  readonly kind: Kind;
  readonly name: Value;
}

/**
 * Judges what containers read. A pull secret is read by the kubelet, each time anew, so it may have a name
 * of its own; that a changed one still opens the registry is what the smoke test finds out.
 */
export const podsRestartOnChange: StackRule = {
  name: "pods-restart-on-change",
  description: "Pods restart when a ConfigMap or a Secret of this stack that they read changes.",
  severity: "high",
  why: "a variable keeps its old value until the process ends, and then one pod after the other changes at a time that nobody chose.",
  failures: [39],
  examples: {
    good: `# new ConfigMap("environment", { data }): auto-named, so that other data has another name
envFrom:
  - configMapRef: { name: environment-1a2b3c4d }`,
    bad: `# new ConfigMap("environment", { metadata: { name: "environment" }, data })
envFrom:
  - configMapRef: { name: environment }`,
  },
  judgeStack: (resources) => {
    const objectsBeside = beside(stackObjectsOf(resources, "ConfigMap", "Secret"));
    return workloadsOf(resources).flatMap((workload): StackFinding[] => {
      const { pod, resource } = workload;
      // Each of its runs is another pod, which reads what is there by then.
      if (pod.kind === "CronJob") return [];
      return referencesOf(pod).flatMap(({ path, kind, name }): StackFinding[] => {
        const text = textOf(name);
        if (text === undefined) return [];
        const object = objectsBeside(workload).find(
          (each) => each.kind === kind && isText(each.read("metadata", "name"), text),
        );
        if (object === undefined || isHashed(pod, text)) return [];
        const problem = problemOf(object);
        if (problem === undefined) return [];
        const fix = `leave metadata.name out of the ${kind}, or end it with a sum of the data and set immutable: true, or put a sum into the pods' annotation ${checksumOf(text)}`;
        return [{ urn: resource.urn, path, problem: `is "${text}", ${problem}`, fix }];
      });
    });
  },
};

/** In hex, or as kustomize writes it (api/hasher): what cannot change gets another name instead. */
const ENDS_IN_SUM = /-(?:[0-9a-f]{8,64}|[2456789bcdfghkmt]{10})$/;

/** Why another content would keep the name; undefined where it would not. */
function problemOf({ kind, read: readObject, resource }: StackObject): string | undefined {
  const isImmutable = isText(readObject("immutable"), "true");
  if (isImmutable && ENDS_IN_SUM.test(textOf(readObject("metadata", "name")) ?? "")) {
    return undefined;
  }
  // The provider's mark (pulumi-kubernetes 4, metadata/naming.go).
  if (!isText(readObject("metadata", "annotations", "pulumi.com/autonamed"), "true")) {
    return `a ${kind} whose name stays the same when its data changes`;
  }
  if (isImmutable) return undefined;
  const isChangedInPlace = isText(read(resource.provider?.props, `enable${kind}Mutable`), "true");
  return isChangedInPlace
    ? `a ${kind} that the provider changes in place (enable${kind}Mutable)`
    : undefined;
}

const isText = (value: Value, text: string): boolean => textOf(value) === text;

/** Whether the pod template says which content it was made for. */
const isHashed = (pod: Pod, name: string): boolean =>
  readPod(pod, "metadata", "annotations", checksumOf(name)).state !== "absent";

/** An annotation has at most 63 characters behind its prefix. */
const checksumOf = (name: string): string => `checksum/${name.slice(0, 63)}`;

const referencesOf = (pod: Pod): Reference[] => [
  ...containersOf(pod).flatMap(environmentOf),
  ...itemsOf(readPod(pod, "spec", "volumes")).flatMap((volume, index) => {
    const path = pathIn(pod, `spec.volumes[${index.toString()}]`);
    return [
      reference("ConfigMap", `${path}.configMap.name`, volume("configMap", "name")),
      reference("Secret", `${path}.secret.secretName`, volume("secret", "secretName")),
      ...itemsOf(volume("projected", "sources")).flatMap((source, sourceIndex) => {
        const sourcePath = `${path}.projected.sources[${sourceIndex.toString()}]`;
        return [
          reference("ConfigMap", `${sourcePath}.configMap.name`, source("configMap", "name")),
          reference("Secret", `${sourcePath}.secret.name`, source("secret", "name")),
        ];
      }),
    ];
  }),
];

const reference = (kind: Kind, path: string, name: Value): Reference => ({ kind, path, name });

const environmentOf = (container: Container): Reference[] => [
  ...itemsOf(readContainer(container, "envFrom")).flatMap((source, index) => {
    const path = `${container.path}.envFrom[${index.toString()}]`;
    return [
      reference("ConfigMap", `${path}.configMapRef.name`, source("configMapRef", "name")),
      reference("Secret", `${path}.secretRef.name`, source("secretRef", "name")),
    ];
  }),
  ...itemsOf(readContainer(container, "env")).flatMap((variable, index) => {
    const path = `${container.path}.env[${index.toString()}].valueFrom`;
    const name = (ref: string): Value => variable("valueFrom", ref, "name");
    return [
      reference("ConfigMap", `${path}.configMapKeyRef.name`, name("configMapKeyRef")),
      reference("Secret", `${path}.secretKeyRef.name`, name("secretKeyRef")),
    ];
  }),
];
