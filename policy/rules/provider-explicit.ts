import { read, textOf } from "../read.ts";
import type { Finding, ResourceRule } from "../rule.ts";

/** What the engine calls a provider that it made by itself, with or without its version. */
const DEFAULT = /^default(?:_\d+_\d+_\d+.*)?$/;
const PROVIDER = "pulumi:providers:kubernetes";

const FIX =
  "make a Provider that names its context, new Provider(…, { context }), and pass it: { provider: cluster }, or { providers: [cluster] } to a component";

export const providerExplicit: ResourceRule = {
  name: "provider-explicit",
  description:
    "Every Kubernetes resource has a provider that the program made, and that names its cluster.",
  severity: "critical",
  why: "any other deploys to whatever cluster the kubeconfig of the moment points to: production's program then runs on staging, or the other way round.",
  failures: [],
  examples: {
    good: `# const cluster = new k8s.Provider("cluster", { context: "prod" })
options:
  provider: cluster`,
    bad: `# const cluster = new k8s.Provider("cluster", {})
options:
  provider: cluster`,
  },
  judge: ({ type, name, props, provider }) => {
    if (type === PROVIDER) return DEFAULT.test(name) ? [] : faultOfProvider(props);
    if (!type.startsWith("kubernetes:") || !DEFAULT.test(provider?.name ?? "")) return [];
    const problem = `is "${provider?.name ?? ""}", and so the current context of whoever runs Pulumi`;
    return [{ path: "provider", problem, fix: FIX }];
  },
};

/**
 * pulumi-kubernetes 4 takes the current context where none is set, and the file that KUBECONFIG names where no
 * kubeconfig is. One that is written out belongs to the program, with the context that it calls its current one.
 */
function faultOfProvider(props: unknown): Finding[] {
  const isSet = (field: string): boolean => {
    const value = read(props, field);
    return value.state === "unknown" || (textOf(value) ?? "") !== "";
  };
  if (["context", "cluster", "renderYamlToDirectory"].some(isSet)) return [];
  const kubeconfig = read(props, "kubeconfig");
  if (kubeconfig.state === "unknown" || /[\n{]/.test(textOf(kubeconfig) ?? "")) return [];
  const problem = "is not set, and so the current context of whoever runs Pulumi";
  return [{ path: "context", problem, fix: FIX }];
}
