import type { types } from "@pulumi/kubernetes";
import type { CustomTimeouts } from "@pulumi/pulumi";

export type Rollout = Pick<
  types.input.apps.v1.DeploymentSpec,
  "minReadySeconds" | "progressDeadlineSeconds" | "strategy"
>;

/**
 * How long a new pod must stay ready before it counts. Without it a container that starts and dies
 * half a second later is ready in between, and the old pod is gone (kubernetes/kubernetes#31319).
 */
const MIN_READY_SECONDS = 10;

/** New pods first: an old one goes only when a new one has proved itself. */
export const rollingUpdate = (minutes: number): Rollout => ({
  minReadySeconds: MIN_READY_SECONDS,
  progressDeadlineSeconds: minutes * 60,
  strategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
});

/** Old pod first: for what must never run twice. */
export const recreate = (minutes: number): Rollout => ({
  minReadySeconds: MIN_READY_SECONDS,
  progressDeadlineSeconds: minutes * 60,
  strategy: { type: "Recreate" },
});

/** How long Pulumi waits for a rollout before it reports what its pods say. */
export const rolloutTimeouts = (minutes: number): CustomTimeouts => ({
  create: `${minutes.toString()}m`,
  update: `${minutes.toString()}m`,
});
