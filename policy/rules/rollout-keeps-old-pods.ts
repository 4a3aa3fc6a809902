import { componentRunBy } from "../bookwyrm.ts";
import { finding, requiredIn } from "../fields.ts";
import { objectsOf } from "../objects.ts";
import type { ResourceRule } from "../rule.ts";

/**
 * For BookWyrm alone: another program may well have so many pods that it can spare a quarter of them,
 * which is what Kubernetes takes by default.
 */
export const rolloutKeepsOldPods: ResourceRule = {
  name: "rollout-keeps-old-pods",
  description:
    "A rolling update of BookWyrm takes no pod away before a new one has taken its place.",
  severity: "high",
  why: "a rollout of a bad image then stops with all old pods serving; by default a quarter of them is gone first.",
  failures: [6, 30],
  examples: {
    good: `strategy:
  type: RollingUpdate
  rollingUpdate:
    maxUnavailable: 0
    maxSurge: 1`,
    bad: `strategy:
  type: RollingUpdate`,
  },
  judge: (resource) =>
    objectsOf(resource, "Deployment").flatMap((deployment) => {
      const strategy = deployment.read("spec", "strategy", "type");
      // What must not run twice is recreated; that it may be is judged by beat-is-single.
      const isRecreated = strategy.state === "known" && strategy.value === "Recreate";
      if (componentRunBy(deployment) === undefined || isRecreated) return [];
      return finding(
        deployment.at("spec.strategy.rollingUpdate.maxUnavailable"),
        requiredIn(deployment)(
          deployment.read("spec", "strategy", "rollingUpdate", "maxUnavailable"),
          (value) => value === 0 || value === "0%",
        ),
        "set maxUnavailable: 0 and maxSurge: 1",
      );
    }),
};
