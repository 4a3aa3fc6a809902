import { podRule } from "../rule.ts";
import { rightForAll, rightIfSet } from "../security.ts";

export const runsAsNonRoot = podRule(
  {
    name: "runs-as-non-root",
    description: "Every container runs as a user other than root.",
    severity: "high",
    why: "root in a container is root on its node as soon as one barrier gives way; a namespace that enforces `restricted` refuses such a pod, and does so only when the old ones are being replaced.",
    failures: [],
    examples: {
      good: `securityContext:
  runAsNonRoot: true
  runAsUser: 1000`,
      bad: `securityContext:
  runAsUser: 0`,
    },
  },
  (pod) => [
    ...rightForAll(pod, {
      field: "runAsNonRoot",
      isRight: (value) => value === true,
      fix: "set runAsNonRoot: true on the pod, and nothing else on its containers",
    }),
    ...rightIfSet(pod, {
      field: "runAsUser",
      isRight: (value) => Number.isInteger(value) && Number(value) > 0,
      fix: "set runAsUser to the number of the user that the image is made for, for example 1000",
    }),
  ],
);
