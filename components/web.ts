import type { Deployment } from "@pulumi/kubernetes/apps/v1/deployment.js";
import { Service } from "@pulumi/kubernetes/core/v1/service.js";
import type { types } from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { WebSettings } from "../model/settings.ts";
import { disruptionBudget } from "./disruption-budget.ts";
import { bookWyrmDeployment, type DeploymentArgs } from "./deployment.ts";
import { type BookWyrmContainer, bookWyrmPod } from "./pod.ts";
import { rollingUpdate } from "./rollout.ts";

export interface WebArgs extends DeploymentArgs, WebSettings {
  /** BookWyrm answers 400 to any other Host header. */
  readonly domain: string;
}

/** The port of the pods. */
export const WEB_PORT = 8000;
/** The port of the Service. */
const SERVICE_PORT = 80;

/** Time for load balancers to take a stopping pod out, before gunicorn stops to listen. */
const DRAIN_SECONDS = 5;
const GRACEFUL_TIMEOUT_SECONDS = 30;

/** BookWyrm's site: gunicorn, and the Service in front of it. */
export class Web extends pulumi.ComponentResource {
  readonly deployment: Deployment;
  readonly service: Service;

  constructor(name: string, args: WebArgs, opts?: pulumi.ComponentResourceOptions) {
    super("bookwyrm:components:Web", name, {}, opts);
    const { release } = args;
    const { labels, template } = bookWyrmPod(release, {
      component: "web",
      name,
      containers: [
        {
          name: "web",
          command: [
            "gunicorn",
            "bookwyrm.wsgi:application",
            `--bind=0.0.0.0:${WEB_PORT.toString()}`,
            `--workers=${args.workers.toString()}`,
            `--threads=${args.threads.toString()}`,
            `--graceful-timeout=${GRACEFUL_TIMEOUT_SECONDS.toString()}`,
          ],
          ports: [{ name: "http", containerPort: WEB_PORT }],
          ...webProbes(args.domain),
          lifecycle: { preStop: { sleep: { seconds: DRAIN_SECONDS } } },
        },
      ],
      resources: args.resources,
      terminationGracePeriodSeconds: DRAIN_SECONDS + GRACEFUL_TIMEOUT_SECONDS + 10,
      usesMedia: true,
    });
    this.deployment = bookWyrmDeployment(name, args, {
      labels,
      template,
      replicas: args.replicas,
      rollout: rollingUpdate,
      parent: this,
    });
    this.service = new Service(
      name,
      {
        metadata: { name, namespace: release.namespace, labels: labels.all },
        spec: {
          selector: labels.selector,
          ports: [{ name: "http", port: SERVICE_PORT, targetPort: "http" }],
        },
      },
      { parent: this, dependsOn: [this.deployment] },
    );
    disruptionBudget(name, release, labels, args.replicas, this);
    this.registerOutputs({ deployment: this.deployment.metadata.name });
  }
}

/** For a container whose port is named `http`. */
export const webProbes = (
  domain: string,
): Pick<BookWyrmContainer, "startupProbe" | "readinessProbe" | "livenessProbe"> => ({
  startupProbe: { ...answers(domain), periodSeconds: 3, failureThreshold: 60 },
  readinessProbe: { ...answers(domain), periodSeconds: 5, failureThreshold: 3 },
  // Every URL needs Postgres: a probe by HTTP would restart all pods when the database is away.
  livenessProbe: { tcpSocket: { port: "http" }, periodSeconds: 20, failureThreshold: 3 },
});

/** robots.txt asks the database and renders a template, and stays open to everyone in every version. */
const answers = (domain: string): types.input.core.v1.Probe => ({
  httpGet: { path: "/robots.txt", port: "http", httpHeaders: [{ name: "Host", value: domain }] },
  timeoutSeconds: 5,
});
