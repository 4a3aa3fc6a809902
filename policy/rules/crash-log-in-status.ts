import { bookWyrmContainersOf } from "../bookwyrm.ts";
import { finding, requiredIn } from "../fields.ts";
import { readContainer } from "../pods.ts";
import { podRule } from "../rule.ts";

const POLICY = "FallbackToLogsOnError";

export const crashLogInStatus = podRule(
  {
    name: "crash-log-in-status",
    description: "The last lines of a BookWyrm container that crashes stand in its pod's status.",
    severity: "medium",
    why: "they are then part of the error that `pulumi up` ends with; otherwise the pod may be gone before anybody reads its log.",
    failures: [],
    examples: {
      good: "terminationMessagePolicy: FallbackToLogsOnError",
      bad: "terminationMessagePolicy: File",
    },
  },
  (pod) =>
    bookWyrmContainersOf(pod).flatMap((container) =>
      finding(
        `${container.path}.terminationMessagePolicy`,
        requiredIn(pod)(
          readContainer(container, "terminationMessagePolicy"),
          (value) => value === POLICY,
        ),
        `set terminationMessagePolicy: ${POLICY}`,
      ),
    ),
);
