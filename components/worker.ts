import { Deployment } from "@pulumi/kubernetes/apps/v1/deployment.js";
import * as pulumi from "@pulumi/pulumi";
import type { WorkerSettings } from "../model/settings.ts";
import { disruptionBudget } from "./disruption-budget.ts";
import { heartbeatProbes, WORKER_HEARTBEAT } from "./heartbeats.ts";
import { bookWyrmPod, type Release, workloadMetadata } from "./pod.ts";
import { rollingUpdate, rolloutTimeouts } from "./rollout.ts";

export interface WorkerArgs extends Omit<WorkerSettings, "name"> {
  readonly release: Release;
  readonly rolloutMinutes: number;
  /** Must have finished before a pod of this release starts. */
  readonly migration: pulumi.Resource;
}

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
    this.deployment = new Deployment(
      name,
      {
        metadata: workloadMetadata(release, labels),
        spec: {
          replicas: args.replicas,
          ...rollingUpdate(args.rolloutMinutes),
          selector: { matchLabels: labels.selector },
          template,
        },
      },
      {
        parent: this,
        dependsOn: [args.migration],
        customTimeouts: rolloutTimeouts(args.rolloutMinutes),
      },
    );
    disruptionBudget(name, release.namespace, labels, args.replicas, this);
    this.registerOutputs({ deployment: this.deployment.metadata.name });
  }
}
