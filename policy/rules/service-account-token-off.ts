import { faultIfSet, faultOf, finding } from "../fields.ts";
import { pathIn, readPod } from "../pods.ts";
import { podRule } from "../rule.ts";

export const serviceAccountTokenOff = podRule(
  {
    name: "service-account-token-off",
    description: "No pod gets a token for the API server.",
    severity: "medium",
    why: "who gets into the container would have that token too.",
  },
  (pod) =>
    finding(
      pathIn(pod, "spec.automountServiceAccountToken"),
      (pod.isPatch ? faultIfSet : faultOf)(
        readPod(pod, "spec", "automountServiceAccountToken"),
        (value) => value === false,
      ),
      "set automountServiceAccountToken: false",
    ),
);
