import { podRule } from "../rule.ts";
import { rightIfSet, rightInEach } from "../security.ts";

const isTexts = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((item) => typeof item === "string");

export const capabilitiesDropped = podRule(
  {
    name: "capabilities-dropped",
    description: "Every container drops all capabilities and adds none but NET_BIND_SERVICE.",
    severity: "high",
    why: "what is not dropped, such as NET_RAW or DAC_OVERRIDE, serves only somebody who got in.",
    failures: [],
    examples: {
      good: `securityContext:
  capabilities:
    drop: [ALL]`,
      bad: `securityContext:
  capabilities:
    drop: [NET_RAW]
    add: [SYS_ADMIN]`,
    },
  },
  (pod) => [
    ...rightInEach(pod, {
      field: "capabilities.drop",
      isRight: (value) => isTexts(value) && value.includes("ALL"),
      fix: 'set capabilities.drop: ["ALL"]',
      isOfLinux: true,
    }),
    ...rightIfSet(pod, {
      field: "capabilities.add",
      isRight: (value) => isTexts(value) && value.every((item) => item === "NET_BIND_SERVICE"),
      fix: "add NET_BIND_SERVICE alone, or nothing",
    }),
  ],
);
