import { readPod } from "../pods.ts";
import { read, type Value } from "../read.ts";
import type { StackFinding, StackRule } from "../rule.ts";
import { selects } from "../selectors.ts";
import { beside, type Workload, workloadsOf } from "../workloads.ts";

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
    const candidatesFor = labelled(workloads);
    return workloads.flatMap((workload): StackFinding[] => {
      const selector = workload.readOwner("spec", "selector");
      const others = candidatesFor(workload, selector).filter(
        (other) => other !== workload && selects(selector, other.pod) === "yes",
      );
      if (others.length === 0) return [];
      const names = namesOf(others);
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

/**
 * The workloads beside another whose pods have the rarest label that its selector wants: all that it can take,
 * and few where a stack has thousands.
 */
function labelled(
  workloads: readonly Workload[],
): (workload: Workload, selector: Value) => readonly Workload[] {
  const byLabel = new Map<string, Workload[]>();
  for (const workload of workloads) {
    for (const label of labelsIn(readPod(workload.pod, "metadata", "labels"))) {
      const alike = byLabel.get(label);
      if (alike === undefined) byLabel.set(label, [workload]);
      else alike.push(workload);
    }
  }
  const all = beside(workloads);
  const besideByLabel = new Map([...byLabel].map(([label, alike]) => [label, beside(alike)]));
  const fewest = (one: readonly Workload[], other: readonly Workload[]): readonly Workload[] =>
    other.length < one.length ? other : one;
  return (workload, selector) =>
    selector.state === "known"
      ? labelsIn(read(selector.value, "matchLabels"))
          .map((label) => besideByLabel.get(label)?.(workload) ?? [])
          .reduce(fewest, all(workload))
      : [];
}

const labelsIn = (labels: Value): string[] =>
  labels.state === "known"
    ? Object.entries(labels.value as object).map((label) => JSON.stringify(label))
    : [];

const LONGEST_LIST = 10;

function namesOf(workloads: readonly Workload[]): string {
  const names = [...workloads]
    .sort((a, b) => (a.resource.urn < b.resource.urn ? -1 : 1))
    .slice(0, LONGEST_LIST)
    .map(({ resource }) => resource.name);
  const more = workloads.length - names.length;
  return more === 0 ? names.join(", ") : `${names.join(", ")} and ${more.toString()} more`;
}
