import type { Deployment } from "@pulumi/kubernetes/apps/v1/deployment.js";
import * as pulumi from "@pulumi/pulumi";
import type { WorkerSettings } from "../model/settings.ts";
import { disruptionBudget } from "./disruption-budget.ts";
import { heartbeatProbes, WORKER_HEARTBEAT } from "./heartbeats.ts";
import { bookWyrmDeployment, type DeploymentArgs } from "./deployment.ts";
import { bookWyrmPod } from "./pod.ts";
import { rollingUpdate } from "./rollout.ts";

export type WorkerArgs = DeploymentArgs & Omit<WorkerSettings, "name">;

/**
 * The worker is silent while its broker is away and comes back by itself: restarting it sooner than
 * this would turn every outage of Redis into one of the workers.
 */
const BROKER_OUTAGE_SECONDS = 300;

/** A celery worker for some of BookWyrm's queues. */
export class Worker extends pulumi.ComponentResource {
  readonly deployment: Deployment;

  constructor(name: string, args: WorkerArgs, opts?: pulumi.ComponentResourceOptions) {
    super("bookwyrm:components:Worker", name, { queues: args.queues }, opts);
    const { release } = args;
    const { labels, template } = bookWyrmPod(release, {
      component: "worker",
      name,
      containers: [
        {
          name: "worker",
          command: [
            "celery",
            "--app=celerywyrm",
            "worker",
            "--loglevel=info",
            "--pool=threads",
            `--concurrency=${args.concurrency.toString()}`,
            `--queues=${args.queues.join(",")}`,
            `--include=${WORKER_HEARTBEAT}`,
          ],
          ...heartbeatProbes(BROKER_OUTAGE_SECONDS),
        },
      ],
      resources: args.resources,
      // On SIGTERM celery takes no more tasks and finishes the ones that run.
      terminationGracePeriodSeconds: args.gracePeriodSeconds,
      usesMedia: true,
      usesHeartbeat: true,
    });
    this.deployment = bookWyrmDeployment(name, args, {
      labels,
      template,
      replicas: args.replicas,
      rollout: rollingUpdate,
      parent: this,
    });
    disruptionBudget(name, release, labels, args.replicas, this);
    this.registerOutputs({ deployment: this.deployment.metadata.name });
  }
}
