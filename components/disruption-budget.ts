import { PodDisruptionBudget } from "@pulumi/kubernetes/policy/v1/podDisruptionBudget.js";
import type { Input, Resource } from "@pulumi/pulumi";
import type { Labels } from "./labels.ts";

/** Lets a node be drained one pod at a time; a single pod gets none, it would block every drain. */
export function disruptionBudget(
  name: string,
  namespace: Input<string>,
  labels: Labels,
  replicas: number,
  parent: Resource,
): void {
  if (replicas < 2) return;
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
