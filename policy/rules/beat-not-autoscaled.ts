import { componentOfObject } from "../bookwyrm.ts";
import { finding } from "../fields.ts";
import { objectsOf } from "../objects.ts";
import { readText } from "../read.ts";
import type { ResourceRule } from "../rule.ts";
import { AUTOSCALERS } from "../workloads.ts";

/** Also with the suffix that Pulumi appends to a name. */
const BEAT = /(?:^|-)beat(?:-|$)/;

export const beatNotAutoscaled: ResourceRule = {
  name: "beat-not-autoscaled",
  description: "No autoscaler changes how many pods beat has.",
  severity: "high",
  why: "it sets the replicas that the Deployment leaves at one, and two schedulers send every task twice.",
  failures: [33],
  examples: {
    good: `kind: HorizontalPodAutoscaler
spec:
  scaleTargetRef:
    kind: Deployment
    name: web`,
    bad: `kind: HorizontalPodAutoscaler
spec:
  scaleTargetRef:
    kind: Deployment
    name: beat`,
  },
  judge: (resource) =>
    objectsOf(resource, ...AUTOSCALERS).flatMap((autoscaler) => {
      // An auto-named target is known later; the autoscaler's own labels are known now.
      const target = autoscaler.read("spec", "scaleTargetRef");
      const name = readText(target.state === "known" ? target.value : undefined, "name") ?? "";
      if (componentOfObject(autoscaler) !== "beat" && !BEAT.test(name)) return [];
      return finding(
        autoscaler.at("spec.scaleTargetRef"),
        { problem: name === "" ? "is beat" : `is "${name}"` },
        "leave the autoscaler out: beat only hands out tasks, it is the workers that do them",
      );
    }),
};
