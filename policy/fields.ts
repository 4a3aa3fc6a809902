import { type Pod, pathIn, readPod } from "./pods.ts";
import type { Value } from "./read.ts";
import type { Finding } from "./rule.ts";
import { hasUnknown } from "./snapshot.ts";

/** What is wrong with one field. */
interface Fault {
  readonly problem: string;
  readonly isUnknown?: true;
}

/** What is wrong with a field that must have one of some values; undefined where nothing is. */
export function faultOf(value: Value, isRight: (value: unknown) => boolean): Fault | undefined {
  if (value.state === "absent") return { problem: "is not set" };
  if (value.state === "unknown") return { problem: "is not known yet", isUnknown: true };
  if (isRight(value.value)) return undefined;
  if (hasUnknown(value.value)) return { problem: "is not wholly known yet", isUnknown: true };
  return { problem: `is ${JSON.stringify(value.value)}` };
}

/** The same for a field that is right when it is left out. */
export const faultIfSet = (
  value: Value,
  isRight: (value: unknown) => boolean,
): Fault | undefined => (value.state === "absent" ? undefined : faultOf(value, isRight));

/** One finding where there is a fault. */
export const finding = (path: string, fault: Fault | undefined, fix: string): Finding[] =>
  fault === undefined ? [] : [{ path, ...fault, fix }];

/** How to judge a field that a pod must have: a Patch may leave it out. */
export const requiredIn = (pod: Pod): typeof faultOf => (pod.isPatch ? faultIfSet : faultOf);

/** A field of the pod itself that must be switched off, since Kubernetes switches it on. */
export const mustBeOff = (
  pod: Pod,
  field: "automountServiceAccountToken" | "enableServiceLinks",
): Finding[] =>
  finding(
    pathIn(pod, `spec.${field}`),
    requiredIn(pod)(readPod(pod, "spec", field), (value) => value === false),
    `set ${field}: false`,
  );
