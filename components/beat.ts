import type { Deployment } from "@pulumi/kubernetes/apps/v1/deployment.js";
import * as pulumi from "@pulumi/pulumi";
import { BEAT_SCHEDULER, heartbeatProbes } from "./heartbeats.ts";
import { bookWyrmDeployment, type DeploymentArgs } from "./deployment.ts";
import { bookWyrmPod } from "./pod.ts";
import { recreate } from "./rollout.ts";

/** beat ticks on without broker and database, so only a hang makes its heartbeat this old. */
const HANG_SECONDS = 90;

/**
 * The celery scheduler. There is no `replicas` argument: two schedulers would send every task twice,
 * so the old pod is stopped before the new one starts.
 */
export class Beat extends pulumi.ComponentResource {
  readonly deployment: Deployment;

  constructor(name: string, args: DeploymentArgs, opts?: pulumi.ComponentResourceOptions) {
    super("bookwyrm:components:Beat", name, {}, opts);
    const { release } = args;
    const { labels, template } = bookWyrmPod(release, {
      component: "beat",
      name,
      containers: [
        {
          name: "beat",
          command: [
            "celery",
            "--app=celerywyrm",
            "beat",
            "--loglevel=info",
            `--scheduler=${BEAT_SCHEDULER}`,
          ],
          ...heartbeatProbes(HANG_SECONDS),
        },
      ],
      resources: {
        requests: { cpu: "20m", memory: "160Mi" },
        limits: { memory: "320Mi" },
      },
      terminationGracePeriodSeconds: 30,
      usesHeartbeat: true,
    });
    this.deployment = bookWyrmDeployment(name, args, {
      labels,
      template,
      replicas: 1,
      rollout: recreate,
      parent: this,
    });
    this.registerOutputs({ deployment: this.deployment.metadata.name });
  }
}
