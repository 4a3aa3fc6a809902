import { faultIfSet, finding } from "../fields.ts";
import { everyObjectOf, type KubernetesObject } from "../objects.ts";
import { isWorkloadKind, podsOf } from "../pods.ts";
import type { Finding, ResourceRule } from "../rule.ts";

const SKIP = "pulumi.com/skipAwait";
/** Since pulumi-kubernetes 4.18.4 it takes the place of the provider's own knowledge of a kind. */
const WAIT_FOR = "pulumi.com/waitFor";
const FIX = "leave the annotation out";

/** The empty one is that of an object whose version is not known. */
const BUILT_IN_GROUPS = ["", "core", "apps", "batch", "extensions"];

/** A resource without pods may skip what it likes. */
export const awaitNotSkipped: ResourceRule = {
  name: "await-not-skipped",
  description: "Pulumi waits for every workload to become ready.",
  severity: "high",
  why: "an update that does not wait, or waits for what is true from the start, reports success while the new pods crash.",
  failures: [42],
  examples: {
    good: `metadata:
  annotations:
    example.org/team: social`,
    bad: `metadata:
  annotations:
    pulumi.com/skipAwait: "true"`,
  },
  judge: (resource) => {
    if (podsOf(resource).length === 0) return [];
    return everyObjectOf(resource).flatMap((object) => [
      ...annotationFindings(object, SKIP, (value) => value !== "true"),
      ...(isBuiltIn(object) ? annotationFindings(object, WAIT_FOR, () => false) : []),
    ]);
  },
};

const annotationFindings = (
  { read, at }: KubernetesObject,
  annotation: string,
  isRight: (value: unknown) => boolean,
): Finding[] =>
  finding(
    at(`metadata.annotations["${annotation}"]`),
    faultIfSet(read("metadata", "annotations", annotation), isRight),
    FIX,
  );

/** A workload that Pulumi knows by itself how to wait for; of a custom kind it knows nothing. */
const isBuiltIn = ({ kind, apiVersion }: KubernetesObject): boolean =>
  isWorkloadKind(kind) && BUILT_IN_GROUPS.includes(apiVersion.replace(/\/.*/, ""));
