import { finding, requiredIn } from "../fields.ts";
import { containersOf, readContainer } from "../pods.ts";
import { podRule } from "../rule.ts";

const FIELDS = [
  ["requests", "cpu"],
  ["requests", "memory"],
  ["limits", "memory"],
] as const;

/** To Kubernetes a limit of zero is none, and a request of zero asks for nothing. */
const isQuantity = (value: unknown): boolean =>
  typeof value === "number"
    ? value > 0
    : typeof value === "string" && value !== "" && !(Number.parseFloat(value) <= 0);

export const resourcesSet = podRule(
  {
    name: "resources-set",
    description: "Every container requests CPU and memory and has a memory limit.",
    severity: "medium",
    why: "without requests a node takes more pods than it can run, and without a limit one of them takes the memory of all.",
    failures: [30, 47],
    examples: {
      good: `resources:
  requests: { cpu: 100m, memory: 256Mi }
  limits: { memory: 512Mi }`,
      bad: `resources:
  limits: { cpu: "1" }`,
    },
  },
  (pod) =>
    containersOf(pod)
      // Kubernetes takes no resources for an ephemeral container.
      .filter(({ list }) => list !== "ephemeralContainers")
      .flatMap((container) =>
        FIELDS.flatMap(([kind, resource]) =>
          finding(
            `${container.path}.resources.${kind}.${resource}`,
            requiredIn(pod)(readContainer(container, "resources", kind, resource), isQuantity),
            `set resources.${kind}.${resource}`,
          ),
        ),
      ),
);
