import { finding } from "../fields.ts";
import { objectsOf } from "../objects.ts";
import { type Container, containersOf, podIn, readContainer } from "../pods.ts";
import type { Value } from "../read.ts";
import type { ResourceRule } from "../rule.ts";

/** Defaults of apps/v1 and core/v1. */
const DEADLINE_SECONDS = 600;
const PERIOD_SECONDS = 10;
const FAILURE_THRESHOLD = 3;

export const progressDeadlineCoversStart: ResourceRule = {
  name: "progress-deadline-covers-start",
  description: "A Deployment waits for a new pod at least as long as its startup probe does.",
  severity: "medium",
  why: "otherwise Kubernetes calls a rollout failed while its pods are still starting, and the update ends with both old and new ones running.",
  failures: [36],
  examples: {
    good: `spec:
  progressDeadlineSeconds: 600
  template:
    spec:
      containers:
        - name: web
          startupProbe:
            periodSeconds: 3
            failureThreshold: 60`,
    bad: `spec:
  progressDeadlineSeconds: 60
  template:
    spec:
      containers:
        - name: web
          startupProbe:
            periodSeconds: 3
            failureThreshold: 60`,
  },
  judge: (resource) =>
    objectsOf(resource, "Deployment").flatMap((deployment) => {
      const pod = podIn(deployment, "spec", "template");
      if (pod === undefined || deployment.isPatch) return [];
      const deadline = numberIn(
        deployment.read("spec", "progressDeadlineSeconds"),
        DEADLINE_SECONDS,
      );
      const needed =
        numberIn(deployment.read("spec", "minReadySeconds"), 0) +
        Math.max(0, ...containersOf(pod).map(startSeconds));
      // Not a number where one of them is not known: then nothing can be said.
      if (Number.isNaN(needed) || !(deadline < needed)) return [];
      return finding(
        deployment.at("spec.progressDeadlineSeconds"),
        {
          problem: `is ${deadline.toString()}, while a pod may take ${needed.toString()} s to start and to stay ready`,
        },
        `set progressDeadlineSeconds to ${needed.toString()} or more, or give the startup probe less time`,
      );
    }),
};

/** How long a container may take until its startup probe gives up. */
function startSeconds(container: Container): number {
  const probe = (field: string): Value => readContainer(container, "startupProbe", field);
  if (readContainer(container, "startupProbe").state !== "known") return 0;
  return (
    numberIn(probe("initialDelaySeconds"), 0) +
    numberIn(probe("periodSeconds"), PERIOD_SECONDS) *
      numberIn(probe("failureThreshold"), FAILURE_THRESHOLD)
  );
}

/** NaN where the value is not known or no number. */
function numberIn(value: Value, whereAbsent: number): number {
  if (value.state === "absent") return whereAbsent;
  return value.state === "known" && typeof value.value === "number" ? value.value : Number.NaN;
}
