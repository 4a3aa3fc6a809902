import { NetworkPolicy } from "@pulumi/kubernetes/networking/v1/networkPolicy.js";
import type { types } from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { BOOKWYRM_COMPONENTS } from "../model/labels.ts";
import type { Settings } from "../model/settings.ts";
import {
  fromComponents,
  fromPeers,
  INSTANCE,
  podsOf,
  TO_INTERNET,
  TO_NAME_SERVICE,
  toComponent,
  toPeer,
  toPort,
} from "./network-rules.ts";
import { storeAddresses } from "./stores.ts";
import { WEB_PORT } from "./web.ts";

type IngressRule = types.input.networking.v1.NetworkPolicyIngressRule;
type EgressRule = types.input.networking.v1.NetworkPolicyEgressRule;

export interface NetworkPoliciesArgs {
  readonly namespace: pulumi.Input<string>;
  readonly labels: Readonly<Record<string, string>>;
  readonly settings: Pick<Settings, "database" | "email" | "network" | "redis">;
}

type BookWyrmComponent = (typeof BOOKWYRM_COMPONENTS)[number];
const STORES = ["postgres", "redis-activity", "redis-broker"] as const;
type StoreComponent = (typeof STORES)[number];

interface Connections {
  readonly stores: readonly StoreComponent[];
  /** Whether it talks to other servers: federation, mail, and what the stack names. */
  readonly outside: boolean;
}

/** What each process of BookWyrm connects to (v0.8.2 to v0.9.2). */
const CONNECTIONS: Readonly<Record<BookWyrmComponent, Connections>> = {
  // Looks up people and books on other servers; sends some mails itself (bookwyrm-social/bookwyrm#2326).
  web: { stores: STORES, outside: true },
  worker: { stores: STORES, outside: true },
  // A data migration may ask other servers (0243, after v0.9.2).
  migration: { stores: STORES, outside: true },
  beat: { stores: ["postgres", "redis-broker"], outside: false },
  flower: { stores: ["redis-broker"], outside: false },
  smoke: { stores: [], outside: false },
};

interface Rules {
  readonly ingress?: IngressRule[];
  readonly egress?: EgressRule[];
}

/**
 * Who may connect to whom: nobody to nobody, apart from what is listed here. Flower is not: `kubectl
 * port-forward` and the probes come from the pod's own node, which Kubernetes always lets in.
 */
export class NetworkPolicies extends pulumi.ComponentResource {
  constructor(name: string, args: NetworkPoliciesArgs, opts?: pulumi.ComponentResourceOptions) {
    super("bookwyrm:components:NetworkPolicies", name, {}, opts);
    const metadata = { namespace: args.namespace, labels: args.labels };
    const allowed = Object.entries(rulesOf(args.settings)).map(
      ([component, { ingress, egress }]) =>
        new NetworkPolicy(
          `${name}-${component}`,
          {
            metadata,
            spec: {
              podSelector: podsOf([component as BookWyrmComponent | StoreComponent]),
              policyTypes: [...(ingress ? ["Ingress"] : []), ...(egress ? ["Egress"] : [])],
              ...(ingress && { ingress }),
              ...(egress && { egress }),
            },
          },
          { parent: this },
        ),
    );
    new NetworkPolicy(
      `${name}-deny`,
      { metadata, spec: { podSelector: INSTANCE, policyTypes: ["Ingress", "Egress"] } },
      // Last: pods that ran before there were policies never lose what they need.
      { parent: this, dependsOn: allowed },
    );
    this.registerOutputs({});
  }
}

function rulesOf(
  settings: NetworkPoliciesArgs["settings"],
): Partial<Record<BookWyrmComponent | StoreComponent, Rules>> {
  const { network, email, database, redis } = settings;
  const addresses = storeAddresses(settings);
  const isInCluster = {
    postgres: database.placement.kind === "in-cluster",
    "redis-activity": redis.kind === "in-cluster",
    "redis-broker": redis.kind === "in-cluster",
  };
  const ports = {
    postgres: addresses.database.port,
    "redis-activity": addresses.redisActivity.port,
    "redis-broker": addresses.redisBroker.port,
  };
  const outside = [
    ...(network.internet ? [TO_INTERNET] : []),
    toPort(email.port),
    ...network.egress.map(({ to, port }) => toPeer(to, port)),
  ];
  const egress = (component: BookWyrmComponent): EgressRule[] => [
    TO_NAME_SERVICE,
    ...CONNECTIONS[component].stores.map((store) =>
      isInCluster[store] ? toComponent(store, ports[store]) : toPort(ports[store]),
    ),
    ...(CONNECTIONS[component].outside ? outside : []),
  ];
  const clients = (store: StoreComponent): BookWyrmComponent[] =>
    BOOKWYRM_COMPONENTS.filter((component) => CONNECTIONS[component].stores.includes(store));
  return {
    web: { ingress: [fromPeers(network.webFrom, WEB_PORT)], egress: egress("web") },
    worker: { egress: egress("worker") },
    beat: { egress: egress("beat") },
    flower: { egress: egress("flower") },
    migration: { egress: egress("migration") },
    ...Object.fromEntries(
      STORES.filter((store) => isInCluster[store]).map((store) => [
        store,
        { ingress: [fromComponents(clients(store), ports[store])] },
      ]),
    ),
  };
}
