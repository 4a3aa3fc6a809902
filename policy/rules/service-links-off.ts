import { mustBeOff } from "../fields.ts";
import { podRule } from "../rule.ts";

export const serviceLinksOff = podRule(
  {
    name: "service-links-off",
    description: "No pod gets an environment variable for every Service of its namespace.",
    severity: "medium",
    why: "a Service named redis-broker sets REDIS_BROKER_PORT=tcp://…, which BookWyrm reads as its port.",
    failures: [],
    examples: {
      good: `enableServiceLinks: false`,
      bad: `enableServiceLinks: true`,
    },
  },
  (pod) => mustBeOff(pod, "enableServiceLinks"),
);
