import { LABEL, PART_OF } from "../../model/labels.ts";
import { faultOf, finding } from "../fields.ts";
import type { ResourceRule } from "../rule.ts";
import { read, readText } from "../read.ts";

const isBeat = (props: unknown): boolean =>
  readText(props, "spec", "template", "metadata", "labels", LABEL.component) === "beat" &&
  readText(props, "spec", "template", "metadata", "labels", LABEL.partOf) === PART_OF;

export const beatIsSingle: ResourceRule = {
  name: "beat-is-single",
  description: "BookWyrm's beat runs as one pod, and never two at once.",
  severity: "high",
  why: "two schedulers send every task twice.",
  failures: [33],
  examples: {
    good: `spec:
  replicas: 1
  strategy:
    type: Recreate`,
    bad: `spec:
  replicas: 2
  strategy:
    type: RollingUpdate`,
  },
  judge: ({ type, props }) => {
    if (!type.endsWith(":Deployment") || !isBeat(props)) return [];
    return [
      ...finding(
        "spec.replicas",
        faultOf(read(props, "spec", "replicas"), (value) => value === 1),
        "set replicas to 1",
      ),
      ...finding(
        "spec.strategy.type",
        faultOf(read(props, "spec", "strategy", "type"), (value) => value === "Recreate"),
        "set strategy.type to Recreate: a rolling update starts the new pod before the old one ends",
      ),
    ];
  },
};
