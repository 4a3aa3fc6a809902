import { PodDisruptionBudget } from "@pulumi/kubernetes/policy/v1/podDisruptionBudget.js";
import type { Resource } from "@pulumi/pulumi";
import type { Labels } from "./labels.ts";
import type { Release } from "./pod.ts";

/**
 * Lets a node be drained one pod at a time, for pods that mount uploads. A single pod gets none, it would
 * block every drain, and so would pods whose successors wait until the volume has left the node.
 */
export function disruptionBudget(
  name: string,
  { namespace, mediaIsOnOneNode }: Release,
  labels: Labels,
  replicas: number,
  parent: Resource,
): void {
  if (replicas < 2 || mediaIsOnOneNode) return;
  new PodDisruptionBudget(
    name,
    {
      metadata: { namespace, labels: labels.all },
      spec: {
        maxUnavailable: 1,
        selector: { matchLabels: labels.selector },
        unhealthyPodEvictionPolicy: "AlwaysAllow",
      },
    },
    { parent },
  );
}
