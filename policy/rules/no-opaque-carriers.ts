import type { ResourceRule } from "../rule.ts";

/** Resources whose pods no policy can see (pulumi-kubernetes 4: Chart and Yaml show their objects, these do not). */
const OPAQUE = /^kubernetes:(?:helm\.sh\/v3:Release|helm\.sh\/v2:Chart)$/;

export const noOpaqueCarriers: ResourceRule = {
  name: "no-opaque-carriers",
  description: "No resource brings workloads that the policies cannot see.",
  severity: "high",
  why: "every other rule would pass what it never saw.",
  failures: [8, 43],
  examples: {
    good: `# new k8s.helm.v4.Chart("redis", …): the pack sees every object of it`,
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
  judge: ({ type, name }, { allowed = [] }) => {
    if (!OPAQUE.test(type) || (allowed as readonly string[]).includes(name)) return [];
    return [
      {
        path: type,
        problem: "hides the workloads that it makes",
        fix: `write them as resources of this program, or add "${name}" to allowed in policy-config/<stack>.json`,
      },
    ];
  },
};
