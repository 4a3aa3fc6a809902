import { podsOf } from "../pods.ts";
import { read } from "../read.ts";
import type { Finding, ResourceRule } from "../rule.ts";

/**
 * Types that make objects out of text or of a chart (pulumi-kubernetes 4). Release shows none of them, and
 * the others show theirs only where the text is known in preview.
 */
const CARRIER =
  /^kubernetes:(?:helm\.sh\/v\d+:(?:Release|Chart)|(?:yaml|kustomize)(?:\/v\d+)?:[A-Za-z]+)$/;

/** A group of Kubernetes itself: its kinds are known, and so is where they have their pods. */
const OWN_GROUP =
  /^kubernetes:(?:(?:core|meta|apps|batch|autoscaling|policy|extensions)\/|[a-z.]+\.k8s\.io\/)/;

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
    const { type, name, props } = resource;
    if ((allowed as readonly string[]).includes(name)) return [];
    const fault = (path: string, problem: string): Finding[] => [
      {
        path,
        problem,
        fix: `write the workloads as resources of this program, or add "${name}" to allowed in policy-config/<stack>.json`,
      },
    ];
    if (CARRIER.test(type)) return fault(type, "hides the workloads that it makes");
    const isCustom = type.startsWith("kubernetes:") && !OWN_GROUP.test(type);
    if (!isCustom || podsOf(resource).length > 0) return [];
    const field = containerField(props, ["spec"]);
    return field === undefined
      ? []
      : fault(field, "is of containers, in a place where no rule looks for them");
  },
};

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
