import { mustBeOff } from "../fields.ts";
import { podRule } from "../rule.ts";

export const serviceAccountTokenOff = podRule(
  {
    name: "service-account-token-off",
    description: "No pod gets a token for the API server.",
    severity: "medium",
    why: "who gets into the container would have that token too.",
    failures: [],
    examples: {
      good: `automountServiceAccountToken: false`,
      bad: `serviceAccountName: default`,
    },
  },
  (pod) => mustBeOff(pod, "automountServiceAccountToken"),
);
