import { textOf } from "../read.ts";
import type { StackFinding, StackRule } from "../rule.ts";
import { selects } from "../selectors.ts";
import {
  AUTOSCALERS,
  beside,
  replicasOf,
  type StackObject,
  stackObjectsOf,
  type Workload,
  workloadsOf,
} from "../workloads.ts";

/** `disruption-budget-allows-drain` judges what a budget shows by itself. */
export const disruptionBudgetLeavesRoom: StackRule = {
  name: "disruption-budget-leaves-room",
  description: "A PodDisruptionBudget keeps fewer pods than there are.",
  severity: "medium",
  why: "one that keeps all of them blocks the drain of every node that has one, and so the upgrade of the cluster.",
  failures: [36],
  examples: {
    good: `# Deployment with replicas: 3
spec:
  minAvailable: 2`,
    bad: `# Deployment with replicas: 2
spec:
  minAvailable: 2`,
  },
  judgeStack: (resources) => {
    // The pods of a Job that has ended are none that a budget counts.
    const workloadsBeside = beside(workloadsOf(resources).filter(({ pod }) => !pod.isJob));
    const autoscalersBeside = beside(stackObjectsOf(resources, ...AUTOSCALERS));
    const countOf = (workload: Workload): number | undefined =>
      workload.pod.kind === "DaemonSet" || autoscalersBeside(workload).some(mayScale(workload))
        ? undefined
        : replicasOf(workload);
    return stackObjectsOf(resources, "PodDisruptionBudget").flatMap(
      ({ resource, read, at }): StackFinding[] => {
        const minAvailable = read("spec", "minAvailable");
        const kept = textOf(minAvailable);
        if (kept === undefined) return [];
        const selected = workloadsBeside({ read, resource }).filter(
          ({ pod }) => selects(read("spec", "selector"), pod) === "yes",
        );
        const counts = selected.map(countOf);
        const pods = counts.reduce<number>((sum, count) => sum + (count ?? 0), 0);
        if (counts.includes(undefined) || pods === 0) return [];
        if (keptOf(kept, pods) < pods) return [];
        const names = selected.map((workload) => workload.resource.name).join(", ");
        return [
          {
            urn: resource.urn,
            path: at("spec.minAvailable"),
            problem: `is ${kept}, and ${names} has ${pods.toString()} pods`,
            fix: "set maxUnavailable: 1 in its place, and leave the budget out where there is one pod",
          },
        ];
      },
    );
  },
};

/** Then it decides how many pods there are; its name may also be one that Pulumi or the cluster gives. */
const mayScale =
  ({ readOwner }: Workload) =>
  ({ read }: StackObject): boolean => {
    const [target, name] = [read("spec", "scaleTargetRef", "name"), readOwner("metadata", "name")];
    return target.state !== "known" || name.state !== "known" || target.value === name.value;
  };

/** A share is rounded up (Kubernetes, disruption controller). */
function keptOf(minAvailable: string, pods: number): number {
  const share = /^(\d+)%$/.exec(minAvailable)?.[1];
  return share === undefined ? Number(minAvailable) : Math.ceil((pods * Number(share)) / 100);
}
