import { faultIfSet, finding } from "../fields.ts";
import { objectsOf } from "../objects.ts";
import type { ResourceRule } from "../rule.ts";

export const revisionHistoryKept: ResourceRule = {
  name: "revision-history-kept",
  description: "A workload that is rolled out keeps at least one revision to go back to.",
  severity: "medium",
  why: "`kubectl rollout undo` is what is left where Pulumi cannot run, and it needs the revision before.",
  failures: [],
  examples: {
    good: `spec:
  revisionHistoryLimit: 10`,
    bad: `spec:
  revisionHistoryLimit: 0`,
  },
  judge: (resource) =>
    objectsOf(resource, "Deployment", "StatefulSet", "DaemonSet").flatMap(({ read, at }) =>
      finding(
        at("spec.revisionHistoryLimit"),
        faultIfSet(
          read("spec", "revisionHistoryLimit"),
          (value) => Number.isInteger(value) && Number(value) >= 1,
        ),
        "leave revisionHistoryLimit out: Kubernetes keeps 10",
      ),
    ),
};
