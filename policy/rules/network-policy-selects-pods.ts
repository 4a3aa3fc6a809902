import { pathIn } from "../pods.ts";
import type { StackFinding, StackRule } from "../rule.ts";
import { selects } from "../selectors.ts";
import { beside, stackObjectsOf, workloadsOf } from "../workloads.ts";

/** What a policy allows is for who writes it; that there is one for each pod can be judged. */
export const networkPolicySelectsPods: StackRule = {
  name: "network-policy-selects-pods",
  description: "A NetworkPolicy of its namespace selects every pod.",
  severity: "medium",
  why: "a pod that none selects may connect to everything, and everything may connect to it.",
  failures: [34],
  examples: {
    good: `kind: NetworkPolicy
spec:
  podSelector: {}
  policyTypes: [Ingress, Egress]`,
    bad: `kind: NetworkPolicy
spec:
  podSelector:
    matchLabels: { app: another }`,
  },
  judgeStack: (resources) => {
    const policiesBeside = beside(stackObjectsOf(resources, "NetworkPolicy"));
    return (
      workloadsOf(resources)
        // A Patch changes pods that another program makes.
        .filter(({ pod }) => !pod.isPatch)
        .flatMap((workload): StackFinding[] => {
          const selections = policiesBeside(workload).map(({ read }) =>
            selects(read("spec", "podSelector"), workload.pod),
          );
          if (selections.includes("yes")) return [];
          const isUnknown = selections.includes("unknown");
          return [
            {
              urn: workload.resource.urn,
              path: pathIn(workload.pod, "metadata.labels"),
              problem: isUnknown
                ? "may be selected by a NetworkPolicy, but that is not known yet"
                : "are selected by no NetworkPolicy of the namespace",
              fix: "add a NetworkPolicy with podSelector: {} that allows nothing, and one for what these pods need",
              ...(isUnknown && { isUnknown: true as const }),
            },
          ];
        })
    );
  },
};
