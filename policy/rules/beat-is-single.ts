import { componentOf, componentRunBy } from "../bookwyrm.ts";
import { finding, requiredIn } from "../fields.ts";
import { objectsOf } from "../objects.ts";
import { podsOf, type Resource } from "../pods.ts";
import type { Finding, ResourceRule } from "../rule.ts";

/** Kinds that can promise it: a StatefulSet never runs two pods of one number. */
const SINGLE_KINDS = ["Deployment", "StatefulSet"];

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
  judge: (resource) => [...otherKinds(resource), ...several(resource), ...overlapping(resource)],
};

const otherKinds = (resource: Resource): Finding[] =>
  podsOf(resource)
    .filter((pod) => componentOf(pod) === "beat" && !SINGLE_KINDS.includes(pod.kind))
    .flatMap(({ kind, path }) =>
      finding(
        path === "" ? "spec" : path,
        { problem: `is a pod of beat in a ${kind}, which does not keep to one` },
        "run beat in a Deployment",
      ),
    );

const several = (resource: Resource): Finding[] =>
  objectsOf(resource, ...SINGLE_KINDS)
    .filter((workload) => componentRunBy(workload) === "beat")
    .flatMap((workload) =>
      finding(
        workload.at("spec.replicas"),
        requiredIn(workload)(workload.read("spec", "replicas"), (value) => value === 1),
        "set replicas to 1",
      ),
    );

const overlapping = (resource: Resource): Finding[] =>
  objectsOf(resource, "Deployment")
    .filter((deployment) => componentRunBy(deployment) === "beat")
    .flatMap((deployment) =>
      finding(
        deployment.at("spec.strategy.type"),
        requiredIn(deployment)(
          deployment.read("spec", "strategy", "type"),
          (value) => value === "Recreate",
        ),
        "set strategy.type to Recreate: a rolling update starts the new pod before the old one ends",
      ),
    );
