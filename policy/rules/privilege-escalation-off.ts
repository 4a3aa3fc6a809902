import { podRule } from "../rule.ts";
import { rightInEach } from "../security.ts";

export const privilegeEscalationOff = podRule(
  {
    name: "privilege-escalation-off",
    description: "No process gets more rights than the one that started it.",
    severity: "high",
    why: "a setuid program in the image would make root of any user.",
    failures: [],
    examples: {
      good: `securityContext:
  allowPrivilegeEscalation: false`,
      bad: `securityContext:
  readOnlyRootFilesystem: true`,
    },
  },
  (pod) =>
    rightInEach(pod, {
      field: "allowPrivilegeEscalation",
      isRight: (value) => value === false,
      fix: "set allowPrivilegeEscalation: false",
      isOfLinux: true,
    }),
);
