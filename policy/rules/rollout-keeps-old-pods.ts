import { componentOf } from "../bookwyrm.ts";
import { faultIfSet, finding, requiredIn } from "../fields.ts";
import { everyObjectOf, type KubernetesObject } from "../objects.ts";
import { podOf } from "../pods.ts";
import type { Finding, ResourceRule } from "../rule.ts";

/** What serves without a gap: beat must not run twice at once, and nobody waits for flower. */
const GAPLESS = ["web", "worker"];

/** Kinds that have no way to start a new pod before the old one ends. */
const GAP_KINDS = ["Pod", "ReplicaSet", "ReplicationController", "StatefulSet"];

/** Kinds that can leave an update to whoever deletes their pods. */
const ON_DELETE_KINDS = ["DaemonSet", "StatefulSet"];

/**
 * For BookWyrm alone: another program may well have so many pods that it can spare a quarter of them,
 * which is what Kubernetes takes by default.
 */
export const rolloutKeepsOldPods: ResourceRule = {
  name: "rollout-keeps-old-pods",
  description:
    "A rollout reaches BookWyrm's pods, and no web or worker goes before its successor is ready.",
  severity: "high",
  why: "a rollout of a bad image then stops with all old pods serving; by default a quarter of them is gone first.",
  failures: [6, 30, 36],
  examples: {
    good: `strategy:
  type: RollingUpdate
  rollingUpdate:
    maxUnavailable: 0
    maxSurge: 1`,
    bad: `strategy:
  type: RollingUpdate`,
  },
  judge: (resource) => everyObjectOf(resource).flatMap(judge),
};

function judge(workload: KubernetesObject): Finding[] {
  const pod = podOf(workload);
  if (pod === undefined) return [];
  const component = componentOf(pod);
  if (component === undefined) return [];
  const { kind } = workload;
  const isGapless = GAPLESS.includes(component);
  if (isGapless && GAP_KINDS.includes(kind)) {
    const problem = `is a pod of ${component} in a ${kind}, which does not start the new pod first`;
    return finding(pod.path === "" ? "spec" : pod.path, { problem }, "run it in a Deployment");
  }
  return [
    ...(kind === "Deployment" ? deploymentFindings(workload, isGapless) : []),
    ...(kind === "DaemonSet" && isGapless ? takesNoneAway(workload, "updateStrategy") : []),
    ...(ON_DELETE_KINDS.includes(kind) ? waitsForDeletion(workload) : []),
  ];
}

function deploymentFindings(deployment: KubernetesObject, isGapless: boolean): Finding[] {
  const strategy = deployment.read("spec", "strategy", "type");
  // What must not run twice is recreated; that it may be is judged by beat-is-single.
  const isRecreated = strategy.state === "known" && strategy.value === "Recreate";
  return [
    ...finding(
      deployment.at("spec.paused"),
      faultIfSet(deployment.read("spec", "paused"), (value) => value === false),
      "leave paused out: a paused Deployment keeps its old image",
    ),
    ...finding(
      deployment.at("spec.strategy.type"),
      isGapless ? faultIfSet(strategy, (value) => value === "RollingUpdate") : undefined,
      "set strategy.type to RollingUpdate",
    ),
    ...(isRecreated ? [] : takesNoneAway(deployment, "strategy")),
  ];
}

/** A maxSurge of zero beside it is refused by the API server. */
const takesNoneAway = (workload: KubernetesObject, strategy: string): Finding[] =>
  finding(
    workload.at(`spec.${strategy}.rollingUpdate.maxUnavailable`),
    requiredIn(workload)(
      workload.read("spec", strategy, "rollingUpdate", "maxUnavailable"),
      (value) => value === 0 || value === "0%",
    ),
    "set maxUnavailable: 0 and maxSurge: 1",
  );

const waitsForDeletion = (workload: KubernetesObject): Finding[] =>
  finding(
    workload.at("spec.updateStrategy.type"),
    faultIfSet(
      workload.read("spec", "updateStrategy", "type"),
      (value) => value === "RollingUpdate",
    ),
    "leave it out, or run BookWyrm in a Deployment: OnDelete keeps the old image",
  );
