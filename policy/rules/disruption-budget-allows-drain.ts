import { faultIfSet, finding } from "../fields.ts";
import { objectsOf } from "../objects.ts";
import type { ResourceRule } from "../rule.ts";

const isNone = (value: unknown): boolean =>
  value === 0 || (typeof value === "string" && /^0+%?$/.test(value));

const isAll = (value: unknown): boolean =>
  typeof value === "string" && /^0*[1-9]\d{2,}%$/.test(value);

export const disruptionBudgetAllowsDrain: ResourceRule = {
  name: "disruption-budget-allows-drain",
  description: "A PodDisruptionBudget lets go of at least one pod.",
  severity: "medium",
  why: "one that lets go of none blocks the drain of its node, until somebody deletes the pods by hand.",
  failures: [36],
  examples: {
    good: `spec:
  maxUnavailable: 1`,
    bad: `spec:
  maxUnavailable: 0`,
  },
  judge: (resource) =>
    objectsOf(resource, "PodDisruptionBudget").flatMap(({ read, at }) => [
      ...finding(
        at("spec.maxUnavailable"),
        faultIfSet(read("spec", "maxUnavailable"), (value) => !isNone(value)),
        "set maxUnavailable: 1",
      ),
      ...finding(
        at("spec.minAvailable"),
        faultIfSet(read("spec", "minAvailable"), (value) => !isAll(value)),
        "set maxUnavailable: 1 in its place",
      ),
    ]),
};
