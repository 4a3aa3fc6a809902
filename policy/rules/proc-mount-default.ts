import { podRule } from "../rule.ts";
import { rightIfSet } from "../security.ts";

export const procMountDefault = podRule(
  {
    name: "proc-mount-default",
    description: "No container sees more of /proc than the container runtime shows by default.",
    severity: "high",
    why: "what the runtime masks there are the memory, the keys and the switches of the node.",
    failures: [],
    examples: {
      good: `securityContext:
  procMount: Default`,
      bad: `securityContext:
  procMount: Unmasked`,
    },
  },
  (pod) =>
    rightIfSet(pod, {
      field: "procMount",
      isRight: (value) => value === "Default",
      fix: "leave procMount out",
    }),
);
