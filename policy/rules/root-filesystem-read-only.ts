import { podRule } from "../rule.ts";
import { rightInEach } from "../security.ts";

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
    rightInEach(pod, {
      field: "readOnlyRootFilesystem",
      isRight: (value) => value === true,
      fix: "set readOnlyRootFilesystem: true, and mount an emptyDir where the process writes",
      isOfLinux: true,
    }),
);
