import { finding, requiredIn } from "../fields.ts";
import { containersOf, readContainer } from "../pods.ts";
import { podRule } from "../rule.ts";

export const rootFilesystemReadOnly = podRule(
  {
    name: "root-filesystem-read-only",
    description: "No container can write to its own root file system.",
    severity: "medium",
    why: "code that is changed in a running container is code that no digest names.",
    failures: [28],
    examples: {
      good: `securityContext:
  readOnlyRootFilesystem: true
volumeMounts:
  - { name: tmp, mountPath: /tmp }`,
      bad: `securityContext: {}`,
    },
  },
  (pod) =>
    containersOf(pod).flatMap((container) =>
      finding(
        `${container.path}.securityContext.readOnlyRootFilesystem`,
        requiredIn(pod)(
          readContainer(container, "securityContext", "readOnlyRootFilesystem"),
          (value) => value === true,
        ),
        "set readOnlyRootFilesystem: true, and mount an emptyDir where the process writes",
      ),
    ),
);
