import { Namespace } from "@pulumi/kubernetes/core/v1/namespace.js";
import * as pulumi from "@pulumi/pulumi";
import { LABEL, PART_OF } from "../model/labels.ts";
import type { Settings } from "../model/settings.ts";
import { Admission } from "./admission.ts";
import { Beat } from "./beat.ts";
import type { Secrets } from "./configuration.ts";
import { Environment } from "./environment.ts";
import { Flower } from "./flower.ts";
import { Heartbeats } from "./heartbeats.ts";
import { Media } from "./media.ts";
import { Migration } from "./migration.ts";
import { NetworkPolicies } from "./network-policies.ts";
import type { Release } from "./pod.ts";
import { RegistrySecret } from "./registry-secret.ts";
import { SmokeTest } from "./smoke-test.ts";
import { storeAddresses, Stores } from "./stores.ts";
import { Web } from "./web.ts";
import { Worker } from "./worker.ts";

export interface BookWyrmArgs {
  readonly settings: Settings;
  readonly secrets: Secrets;
  /** See DeploymentArgs. */
  readonly afterRollout?: (workload: string) => Promise<void>;
}

/** Pod Security admission: what these pods do not need, nobody else may do here either. */
const RESTRICTED = {
  "pod-security.kubernetes.io/enforce": "restricted",
  "pod-security.kubernetes.io/enforce-version": "latest",
};

/**
 * One BookWyrm instance. This is the only place that knows the order: each step waits for the one
 * before it, so that a bad image ends the update while the old pods still serve.
 */
export class BookWyrm extends pulumi.ComponentResource {
  readonly namespace: pulumi.Output<string>;
  /** Every long-running workload as `kubectl get` takes it, for example `deployment/web-1a2b3c4d`. */
  readonly workloads: pulumi.Output<Record<string, string>>;

  constructor(name: string, args: BookWyrmArgs, opts?: pulumi.ComponentResourceOptions) {
    super("bookwyrm:components:BookWyrm", name, {}, opts);
    const { settings, secrets } = args;
    const { image, imagePullPolicy, database, redis, timeouts, breakGlass } = settings;
    const labels = { [LABEL.partOf]: PART_OF };
    const child = { parent: this };

    const { metadata } = new Namespace(
      name,
      { metadata: { name: settings.namespace, labels: { ...labels, ...RESTRICTED } } },
      child,
    );
    const namespace = metadata.name;

    const guards: pulumi.Resource[] = [
      new NetworkPolicies("network", { namespace, labels, settings }, child),
    ];
    if (settings.admission.enabled) {
      const admission = { namespace: settings.namespace, labels, settings };
      guards.push(new Admission("admission", admission, child));
    }

    const registrySecret = new RegistrySecret(
      settings.pullSecret,
      {
        namespace,
        labels,
        secretName: settings.pullSecret,
        registry: image.registry,
        username: settings.registryUsername,
        password: secrets.registryPassword,
      },
      child,
    );
    const pullSecret = registrySecret.name;

    const addresses = storeAddresses(settings);
    const environment = new Environment(
      "environment",
      {
        namespace,
        labels,
        domain: settings.domain,
        allowedHosts: settings.allowedHosts,
        email: settings.email,
        ...addresses,
        database: { ...database, ...addresses.database },
        secrets,
      },
      child,
    );
    const heartbeats = new Heartbeats("heartbeats", { namespace, labels }, child);
    const media = new Media("media", { namespace, labels, ...settings.media }, child);

    const release: Release = {
      namespace,
      image,
      imagePullPolicy,
      pullSecret,
      environment: environment.configMap,
      secretEnvironment: environment.secret,
      ...(environment.databaseCa && { databaseCa: environment.databaseCa }),
      heartbeats: heartbeats.name,
      media: media.name,
      mediaIsOnOneNode: settings.media.accessMode === "ReadWriteOnce",
      ...(breakGlass && { annotations: { [BREAK_GLASS]: inOneLine(breakGlass) } }),
    };

    const smokeTest = new SmokeTest(
      "smoke",
      {
        release,
        registrySecretUid: registrySecret.uid,
        timeoutMinutes: timeouts.smokeMinutes,
        guards,
      },
      child,
    ).job;

    const { statefulSets } = new Stores(
      "stores",
      { namespace, imagePullPolicy, pullSecret, smokeTest, database, redis, secrets },
      child,
    );

    const migration = new Migration(
      "migration",
      {
        release,
        timeoutMinutes: timeouts.migrationMinutes,
        smokeTest,
        stores: Object.values(statefulSets),
      },
      child,
    ).job;

    const started = {
      release,
      migration,
      rolloutMinutes: timeouts.rolloutMinutes,
      ...(args.afterRollout && { afterRollout: args.afterRollout }),
    };
    const web = new Web("web", { ...started, ...settings.web, domain: settings.domain }, child);
    const workers = settings.workers.map(
      ({ name, ...worker }) => [name, new Worker(name, { ...started, ...worker }, child)] as const,
    );
    const beat = new Beat("beat", started, child);
    const flower =
      secrets.flowerBasicAuth &&
      new Flower("flower", { ...started, basicAuth: secrets.flowerBasicAuth }, child);

    this.namespace = namespace;
    const deployments = { web, ...Object.fromEntries(workers), beat, ...(flower && { flower }) };
    this.workloads = pulumi.output({
      ...mapValues(deployments, ({ deployment }) => kubectlName("deployment", deployment)),
      ...mapValues(statefulSets, (statefulSet) => kubectlName("statefulset", statefulSet)),
    });
    // A policy that sees the whole stack sees a component's outputs, and compares every pod with this.
    this.registerOutputs({
      image: image.reference,
      namespace: this.namespace,
      workloads: this.workloads,
    });
  }
}

/** Whoever looks at a workload sees which guard was waived for it, and why. */
const BREAK_GLASS = "bookwyrm.org/break-glass";

const inOneLine = ({
  guard,
  reason,
  ticket,
  expires,
}: NonNullable<Settings["breakGlass"]>): string =>
  `${guard} waived until ${expires}: ${reason} (${ticket})`;

const kubectlName = (
  kind: string,
  { metadata }: { readonly metadata: pulumi.Output<{ readonly name: string }> },
): pulumi.Output<string> => pulumi.interpolate`${kind}/${metadata.name}`;

const mapValues = <From, To>(
  record: Readonly<Record<string, From>>,
  map: (value: From) => To,
): Record<string, To> =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]));
