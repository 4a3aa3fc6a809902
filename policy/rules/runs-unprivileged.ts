import { faultIfSet, finding, requiredIn } from "../fields.ts";
import { containersOf, readContainer, readPod } from "../pods.ts";
import type { Value } from "../read.ts";
import { podRule } from "../rule.ts";

const isTexts = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((item) => typeof item === "string");

export const runsUnprivileged = podRule(
  {
    name: "runs-unprivileged",
    description:
      "Every container runs as a user other than root, with no rights beyond that user's.",
    severity: "high",
    why: "this is what Pod Security admission asks for in a namespace that enforces `restricted`; it would refuse the pod only when the old ones are being replaced.",
    failures: [],
    examples: {
      good: `securityContext:
  runAsNonRoot: true
  allowPrivilegeEscalation: false
  capabilities: { drop: [ALL] }
  seccompProfile: { type: RuntimeDefault }`,
      bad: `securityContext:
  runAsUser: 0`,
    },
  },
  (pod) =>
    containersOf(pod).flatMap((container) => {
      const own = (...path: readonly string[]): Value =>
        readContainer(container, "securityContext", ...path);
      // A container's own field goes before the pod's.
      const effective = (...path: readonly string[]): Value => {
        const value = own(...path);
        return value.state === "absent" ? readPod(pod, "spec", "securityContext", ...path) : value;
      };
      const path = (field: string): string => `${container.path}.securityContext.${field}`;
      const fault = requiredIn(pod);
      return [
        ...finding(
          path("runAsNonRoot"),
          fault(effective("runAsNonRoot"), (value) => value === true),
          "set runAsNonRoot: true here or on the pod",
        ),
        ...finding(
          path("runAsUser"),
          faultIfSet(effective("runAsUser"), (value) => value !== 0),
          "set runAsUser to the user that owns nothing in the image",
        ),
        ...finding(
          path("allowPrivilegeEscalation"),
          fault(own("allowPrivilegeEscalation"), (value) => value === false),
          "set allowPrivilegeEscalation: false",
        ),
        ...finding(
          path("capabilities.drop"),
          fault(own("capabilities", "drop"), (value) => isTexts(value) && value.includes("ALL")),
          'set capabilities.drop: ["ALL"]',
        ),
        ...finding(
          path("capabilities.add"),
          faultIfSet(
            own("capabilities", "add"),
            (value) => isTexts(value) && value.every((item) => item === "NET_BIND_SERVICE"),
          ),
          "add NET_BIND_SERVICE alone, or nothing",
        ),
        ...finding(
          path("seccompProfile.type"),
          fault(effective("seccompProfile", "type"), (value) =>
            ["RuntimeDefault", "Localhost"].includes(value as string),
          ),
          "set seccompProfile.type: RuntimeDefault here or on the pod",
        ),
      ];
    }),
);
