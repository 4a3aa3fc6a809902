import { StatefulSet } from "@pulumi/kubernetes/apps/v1/statefulSet.js";
import { Service } from "@pulumi/kubernetes/core/v1/service.js";
import type { types } from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { Component } from "../model/labels.ts";
import type { PinnedImage } from "../model/pinned-image.ts";
import type { Settings } from "../model/settings.ts";
import { labelsOf } from "./labels.ts";
import { containerSecurity, podSecurity } from "./security.ts";

/** What Postgres and Redis take from the stack. */
export interface StorePlacement {
  readonly namespace: pulumi.Input<string>;
  readonly image: PinnedImage;
  readonly imagePullPolicy: Settings["imagePullPolicy"];
  /** Name of the dockerconfigjson Secret. */
  readonly pullSecret: pulumi.Input<string>;
  /** Size of the volume when it is made. */
  readonly storage: string;
  /** Must have finished before the store is touched. */
  readonly smokeTest: pulumi.Resource;
}

export interface StoreArgs extends StorePlacement {
  readonly component: Component;
  readonly port: number;
  /** Where the volume is mounted. */
  readonly dataPath: string;
  readonly container: Pick<
    types.input.core.v1.Container,
    "lifecycle" | "startupProbe" | "readinessProbe"
  > & {
    readonly command: readonly string[];
    readonly env: readonly types.input.core.v1.EnvVar[];
    readonly mounts: readonly types.input.core.v1.VolumeMount[];
    readonly resources: types.input.core.v1.ResourceRequirements;
  };
  readonly volumes: readonly types.input.core.v1.Volume[];
}

/** The user of the official postgres and redis images (docker-library, Debian variants). */
const USER = 999;

/** One pod with one volume and a Service, for stacks that keep their data in the cluster. */
export class Store extends pulumi.ComponentResource {
  readonly component: Component;
  readonly statefulSet: StatefulSet;

  constructor(name: string, args: StoreArgs, opts?: pulumi.ComponentResourceOptions) {
    super("bookwyrm:components:Store", name, {}, opts);
    const { command, env, mounts, ...container } = args.container;
    const labels = labelsOf(args.component, name, args.image.tag);
    const service = new Service(
      name,
      {
        metadata: { name, namespace: args.namespace, labels: labels.all },
        spec: {
          // Headless, as a StatefulSet's Service is. Pulumi would wait for an endpoint of any other kind,
          // which only the StatefulSet after it can bring.
          clusterIP: "None",
          selector: labels.selector,
          ports: [{ name: "store", port: args.port, targetPort: "store" }],
        },
      },
      { parent: this, dependsOn: [args.smokeTest] },
    );
    this.component = args.component;
    this.statefulSet = new StatefulSet(
      name,
      {
        // The volume is found again by this name, whatever the StatefulSet is replaced for.
        metadata: { name, namespace: args.namespace, labels: labels.all },
        spec: {
          replicas: 1,
          serviceName: service.metadata.name,
          selector: { matchLabels: labels.selector },
          template: {
            metadata: { labels: labels.all },
            spec: {
              containers: [
                {
                  ...container,
                  name,
                  image: args.image.reference,
                  imagePullPolicy: args.imagePullPolicy,
                  command: [...command],
                  env: [...env],
                  ports: [{ name: "store", containerPort: args.port }],
                  livenessProbe: { tcpSocket: { port: "store" }, periodSeconds: 20 },
                  securityContext: containerSecurity,
                  terminationMessagePolicy: "FallbackToLogsOnError",
                  volumeMounts: [{ name: "data", mountPath: args.dataPath }, ...mounts],
                },
              ],
              imagePullSecrets: [{ name: args.pullSecret }],
              securityContext: podSecurity(USER),
              automountServiceAccountToken: false,
              enableServiceLinks: false,
              terminationGracePeriodSeconds: 60,
              volumes: [...args.volumes],
            },
          },
          volumeClaimTemplates: [
            {
              metadata: { name: "data" },
              spec: {
                accessModes: ["ReadWriteOnce"],
                resources: { requests: { storage: args.storage } },
              },
            },
          ],
        },
      },
      // Another size would replace the StatefulSet, and no volume grows by that.
      { parent: this, ignoreChanges: ["spec.volumeClaimTemplates"] },
    );
    this.registerOutputs({ statefulSet: this.statefulSet.metadata.name });
  }
}
