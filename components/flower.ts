import type { Deployment } from "@pulumi/kubernetes/apps/v1/deployment.js";
import { Secret } from "@pulumi/kubernetes/core/v1/secret.js";
import { Service } from "@pulumi/kubernetes/core/v1/service.js";
import * as pulumi from "@pulumi/pulumi";
import { labelsOf } from "./labels.ts";
import { bookWyrmDeployment, type DeploymentArgs } from "./deployment.ts";
import { bookWyrmPod } from "./pod.ts";
import { recreate } from "./rollout.ts";

export interface FlowerArgs extends DeploymentArgs {
  /** `user:password` */
  readonly basicAuth: pulumi.Input<string>;
}

const PORT = 8888;
const URL_PREFIX = "flower";

/** Unfinished tasks of a large backlog are kept in memory up to this number (flower's default: 100000). */
const MAX_TASKS = 10_000;

/**
 * The view into celery. Its Service is for `kubectl port-forward`: /flower/metrics and
 * /flower/healthcheck ask for no password, so nothing routes to it from outside.
 */
export class Flower extends pulumi.ComponentResource {
  readonly deployment: Deployment;
  readonly service: Service;

  constructor(name: string, args: FlowerArgs, opts?: pulumi.ComponentResourceOptions) {
    super("bookwyrm:components:Flower", name, {}, opts);
    const { release } = args;
    const secret = new Secret(
      name,
      {
        metadata: {
          namespace: release.namespace,
          labels: labelsOf("flower", name, release.image.version).all,
        },
        stringData: { FLOWER_BASIC_AUTH: pulumi.secret(args.basicAuth) },
      },
      { parent: this },
    );
    const healthcheck = { path: `/${URL_PREFIX}/healthcheck`, port: "http" };
    const { labels, template } = bookWyrmPod(release, {
      component: "flower",
      name,
      containers: [
        {
          name: "flower",
          command: ["celery", "--app=celerywyrm", "flower", `--url_prefix=${URL_PREFIX}`],
          env: [
            { name: "FLOWER_PORT", value: PORT.toString() },
            {
              name: "FLOWER_BASIC_AUTH",
              valueFrom: {
                secretKeyRef: { name: secret.metadata.name, key: "FLOWER_BASIC_AUTH" },
              },
            },
            { name: "FLOWER_MAX_TASKS", value: MAX_TASKS.toString() },
          ],
          ports: [{ name: "http", containerPort: PORT }],
          startupProbe: {
            httpGet: healthcheck,
            periodSeconds: 3,
            timeoutSeconds: 5,
            failureThreshold: 60,
          },
          readinessProbe: { httpGet: healthcheck, periodSeconds: 10, timeoutSeconds: 5 },
          livenessProbe: { tcpSocket: { port: "http" }, periodSeconds: 30 },
        },
      ],
      resources: {
        requests: { cpu: "20m", memory: "192Mi" },
        limits: { memory: "512Mi" },
      },
      terminationGracePeriodSeconds: 30,
    });
    this.deployment = bookWyrmDeployment(name, args, {
      labels,
      template,
      replicas: 1,
      rollout: recreate,
      parent: this,
    });
    this.service = new Service(
      name,
      {
        metadata: { name, namespace: release.namespace, labels: labels.all },
        spec: {
          selector: labels.selector,
          ports: [{ name: "http", port: PORT, targetPort: "http" }],
        },
      },
      { parent: this, dependsOn: [this.deployment] },
    );
    this.registerOutputs({ deployment: this.deployment.metadata.name });
  }
}
