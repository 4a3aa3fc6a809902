import { podRule } from "../rule.ts";
import { rightForAll } from "../security.ts";

export const seccompProfileSet = podRule(
  {
    name: "seccomp-profile-set",
    description: "Every container runs under a seccomp profile.",
    severity: "high",
    why: "without one a container may make every system call, also those that broke out of containers before.",
    failures: [],
    examples: {
      good: `securityContext:
  seccompProfile:
    type: RuntimeDefault`,
      bad: `securityContext:
  seccompProfile:
    type: Unconfined`,
    },
  },
  (pod) =>
    rightForAll(pod, {
      field: "seccompProfile.type",
      isRight: (value) => value === "RuntimeDefault" || value === "Localhost",
      fix: "set seccompProfile.type: RuntimeDefault on the pod",
      isOfLinux: true,
    }),
);
