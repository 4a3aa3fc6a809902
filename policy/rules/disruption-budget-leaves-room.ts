import { textOf } from "../read.ts";
import type { StackFinding, StackRule } from "../rule.ts";
import { selects } from "../selectors.ts";
import { beside, replicasOf, stackObjectsOf, workloadsOf } from "../workloads.ts";

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
    const workloadsBeside = beside(workloadsOf(resources));
    return stackObjectsOf(resources, "PodDisruptionBudget").flatMap(
      ({ resource, read, at }): StackFinding[] => {
        const minAvailable = read("spec", "minAvailable");
        const kept = textOf(minAvailable);
        if (kept === undefined) return [];
        const selected = workloadsBeside({ read }).filter(
          ({ pod }) => selects(read("spec", "selector"), pod) === "yes",
        );
        const counts = selected.map(replicasOf);
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

/** A share is rounded up (Kubernetes, disruption controller). */
function keptOf(minAvailable: string, pods: number): number {
  const share = /^(\d+)%$/.exec(minAvailable)?.[1];
  return share === undefined ? Number(minAvailable) : Math.ceil((pods * Number(share)) / 100);
}
