import type { ResourceRule } from "../rule.ts";

/** What the engine calls a provider that it made by itself, with or without its version. */
const DEFAULT = /^default(?:_|$)/;

export const providerExplicit: ResourceRule = {
  name: "provider-explicit",
  description: "Every Kubernetes resource has a provider that the program made.",
  severity: "critical",
  why: "the default provider deploys to whatever cluster the kubeconfig of the moment points to: production's program then runs on staging, or the other way round.",
  failures: [],
  examples: {
    good: `options:
  provider: cluster`,
    bad: `options: {}`,
  },
  judge: ({ type, provider }) => {
    if (!type.startsWith("kubernetes:") || !DEFAULT.test(provider?.name ?? "")) return [];
    return [
      {
        path: "provider",
        problem: `is "${provider?.name ?? ""}", and so the current context of whoever runs Pulumi`,
        fix: "pass a Provider that names its context: { provider: cluster }, or { providers: [cluster] } to a component",
      },
    ];
  },
};
