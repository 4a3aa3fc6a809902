import { everyObjectOf, isOwnVersion, type KubernetesObject } from "../objects.ts";
import { podOf } from "../pods.ts";
import { read } from "../read.ts";
import type { Finding, ResourceRule } from "../rule.ts";

/**
 * Kinds that make objects out of text, of a repository or of a chart. Of pulumi-kubernetes 4, Release shows
 * none of them, and the others show theirs only where the text is known in preview; what a controller in the
 * cluster makes is never seen.
 */
const CARRIERS = [
  /^helm\.sh\/v\d+:(?:Release|Chart)$/,
  /^(?:yaml|kustomize)(?:\/v\d+)?:[A-Za-z]+$/,
  /^helm\.cattle\.io\/\w+:HelmChart(?:Config)?$/,
  /^helm\.toolkit\.fluxcd\.io\/\w+:HelmRelease$/,
  /^kustomize\.toolkit\.fluxcd\.io\/\w+:Kustomization$/,
  /^argoproj\.io\/\w+:Application(?:Set)?$/,
];

const CONTAINER_FIELDS = ["image", "imageName", "containers", "initContainers", "podTemplate"];

export const noOpaqueCarriers: ResourceRule = {
  name: "no-opaque-carriers",
  description: "No resource brings workloads that the policies cannot see.",
  severity: "high",
  why: "every other rule would pass what it never saw.",
  failures: [8, 43],
  examples: {
    good: `# new k8s.apps.v1.Deployment("redis", …): what runs stands in the program`,
    bad: `# new k8s.helm.v3.Release("redis", …): the pack sees one resource without containers`,
  },
  configSchema: {
    properties: {
      allowed: {
        type: "array",
        items: { type: "string" },
        description: "Names of resources that may, for example ingress-nginx",
      },
    },
  },
  judge: (resource, { allowed = [] }) => {
    const { type, name } = resource;
    if ((allowed as readonly string[]).includes(name)) return [];
    const fix = `write the workloads as resources of this program, or add "${name}" to allowed in policy-config/<stack>.json`;
    return everyObjectOf(resource).flatMap((object): Finding[] => {
      const fault = faultOfObject(object);
      return fault === undefined ? [] : [{ ...fault, path: object.at(fault.path) || type, fix }];
    });
  },
};

type Fault = Omit<Finding, "fix">;

function faultOfObject(object: KubernetesObject): Fault | undefined {
  const { kind, apiVersion } = object;
  if (CARRIERS.some((carrier) => carrier.test(`${apiVersion}:${kind}`))) {
    return { path: "", problem: "hides the workloads that it makes" };
  }
  if (isOwnVersion(apiVersion) || podOf(object) !== undefined) return undefined;
  const unknown = [
    ...(kind === "" ? ["kind"] : []),
    ...(apiVersion === "" ? ["apiVersion"] : []),
    "spec",
    "spec.template",
  ].find((path) => object.read(...path.split(".")).state === "unknown");
  if (unknown !== undefined) {
    const problem = "is not known yet, and may be of containers";
    return { path: unknown, problem, isUnknown: true };
  }
  const spec = object.read("spec");
  const field = spec.state === "known" ? containerField(spec.value, []) : undefined;
  return field === undefined
    ? undefined
    : {
        path: `spec.${field}`,
        problem: "is of containers, in a place where no rule looks for them",
      };
}

/** The first field of a custom resource that can only be meant for containers. */
function containerField(object: unknown, path: readonly string[]): string | undefined {
  const at = read(object, ...path);
  if (at.state !== "known" || typeof at.value !== "object" || at.value === null) return undefined;
  for (const key of Object.keys(at.value)) {
    if (CONTAINER_FIELDS.includes(key)) return [...path, key].join(".");
    const below = containerField(object, [...path, key]);
    if (below !== undefined) return below;
  }
  return undefined;
}
