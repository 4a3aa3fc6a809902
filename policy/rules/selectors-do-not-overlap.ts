import type { StackFinding, StackRule } from "../rule.ts";
import { selects } from "../selectors.ts";
import { mayBeTogether, workloadsOf } from "../workloads.ts";

/** Those with a LabelSelector: a ReplicationController has a map of labels. */
const KINDS = ["Deployment", "StatefulSet", "DaemonSet", "ReplicaSet"];

export const selectorsDoNotOverlap: StackRule = {
  name: "selectors-do-not-overlap",
  description: "A workload selects its own pods and those of no other.",
  severity: "high",
  why: "a Service or a budget for one then counts pods of the other, and each reports the other's pods as its own.",
  failures: [36],
  examples: {
    good: `spec:
  selector:
    matchLabels: { app.kubernetes.io/name: worker-heavy }`,
    bad: `# two Deployments with
spec:
  selector:
    matchLabels: { app.kubernetes.io/component: worker }`,
  },
  judgeStack: (resources) => {
    const workloads = workloadsOf(resources).filter(({ pod }) => KINDS.includes(pod.kind));
    return workloads.flatMap((workload): StackFinding[] => {
      const selector = workload.readOwner("spec", "selector");
      const others = workloads.filter(
        (other) =>
          other !== workload &&
          mayBeTogether(workload, other) &&
          selects(selector, other.pod) === "yes",
      );
      if (others.length === 0) return [];
      const names = others.map(({ resource }) => resource.name).join(", ");
      return [
        {
          urn: workload.resource.urn,
          path: "spec.selector",
          problem: `selects the pods of ${names} as well`,
          fix: "add a label to selector and template that only these pods have",
        },
      ];
    });
  },
};
