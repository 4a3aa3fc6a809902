import { componentOf } from "../bookwyrm.ts";
import { finding, requiredIn } from "../fields.ts";
import { pathIn, readPod } from "../pods.ts";
import { podRule } from "../rule.ts";

const SECONDS = 60;

export const gracePeriodSet = podRule(
  {
    name: "grace-period-set",
    description: "A BookWyrm worker gets the time to finish its tasks before it is killed.",
    severity: "high",
    why: "BookWyrm acknowledges a task when it starts: one that is killed after Kubernetes' default of 30 seconds is lost.",
    failures: [],
    examples: {
      good: `spec:
  terminationGracePeriodSeconds: 300`,
      bad: `spec:
  terminationGracePeriodSeconds: 30`,
    },
    configSchema: {
      properties: {
        least: {
          type: "integer",
          minimum: 1,
          description: "Seconds that a worker gets; 60 where it is not set",
        },
      },
    },
  },
  (pod, { least = SECONDS }) => {
    if (componentOf(pod) !== "worker") return [];
    return finding(
      pathIn(pod, "spec.terminationGracePeriodSeconds"),
      requiredIn(pod)(
        readPod(pod, "spec", "terminationGracePeriodSeconds"),
        (value) => Number.isInteger(value) && Number(value) >= Number(least),
      ),
      `set terminationGracePeriodSeconds to ${String(least)} or more`,
    );
  },
);
