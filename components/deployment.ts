import { Deployment } from "@pulumi/kubernetes/apps/v1/deployment.js";
import type { Resource } from "@pulumi/pulumi";
import type { LabelledPod, Release } from "./pod.ts";
import { type Rollout, rolloutTimeouts } from "./rollout.ts";

/** What every long-running workload of BookWyrm takes from its instance. */
export interface DeploymentArgs {
  readonly release: Release;
  /** How long a rollout may take. */
  readonly rolloutMinutes: number;
  /** Must have finished before a pod of this release starts. */
  readonly migration: Resource;
  /**
   * Looks at a workload when its rollout is over; what it throws fails the update. An early signal and no
   * gate: the engine runs it only where the Deployment changed (pulumi/pulumi 3.259, step.go).
   */
  readonly afterRollout?: (workload: string) => Promise<void>;
}

export interface DeploymentParts extends LabelledPod {
  readonly replicas: number;
  readonly rollout: (minutes: number) => Rollout;
  readonly parent: Resource;
}

/** The one way to a Deployment of BookWyrm's. */
export function bookWyrmDeployment(
  name: string,
  { release, rolloutMinutes, migration, afterRollout }: DeploymentArgs,
  { labels, template, replicas, rollout, parent }: DeploymentParts,
): Deployment {
  const look = afterRollout && [() => afterRollout(name)];
  return new Deployment(
    name,
    {
      metadata: {
        namespace: release.namespace,
        labels: labels.all,
        ...(release.annotations && { annotations: release.annotations }),
      },
      spec: {
        replicas,
        ...rollout(rolloutMinutes),
        selector: { matchLabels: labels.selector },
        template,
      },
    },
    {
      parent,
      dependsOn: [migration],
      customTimeouts: rolloutTimeouts(rolloutMinutes),
      ...(look && { hooks: { afterCreate: look, afterUpdate: look } }),
    },
  );
}
