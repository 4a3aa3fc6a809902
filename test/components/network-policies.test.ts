import assert from "node:assert/strict";
import { test } from "node:test";
import { NetworkPolicies } from "../../components/network-policies.ts";
import { record, type Recorded } from "../support/record.ts";
import { DIGEST, settings } from "../support/settings.ts";

const STORE_IMAGE = `harbor.example.org/uostas/store:1@${DIGEST}`;
const inCluster = { database: { image: STORE_IMAGE }, redis: { image: STORE_IMAGE } };
const STORES = ["postgres", "redis-activity", "redis-broker"];

const build = async (changes: Record<string, unknown> = {}): Promise<Recorded[]> => {
  const resources = await record(() => {
    const labels = { "app.kubernetes.io/part-of": "bookwyrm" };
    new NetworkPolicies("network", {
      namespace: "bookwyrm",
      labels,
      settings: settings(changes),
    });
  });
  return resources.filter(({ type }) => type === "kubernetes:networking.k8s.io/v1:NetworkPolicy");
};

/** The policies' specs by the logical name, without the prefix. */
const specs = async (changes?: Record<string, unknown>): Promise<Record<string, unknown>> =>
  Object.fromEntries(
    (await build(changes)).map(({ name, inputs }) => [
      name.replace("network-", ""),
      inputs["spec"] as unknown,
    ]),
  );

const instance = { matchLabels: { "app.kubernetes.io/part-of": "bookwyrm" } };
const pods = (...components: readonly string[]): object => ({
  ...instance,
  matchExpressions: [
    { key: "app.kubernetes.io/component", operator: "In", values: [...components] },
  ],
});
const tcp = (...ports: readonly number[]): object => ({
  ports: ports.map((port) => ({ protocol: "TCP", port })),
});
const toStore = (store: string, port: number): object => ({
  to: [{ podSelector: pods(store) }],
  ...tcp(port),
});
const fromClients = (port: number, ...components: readonly string[]): object => ({
  policyTypes: ["Ingress"],
  ingress: [{ from: [{ podSelector: pods(...components) }], ...tcp(port) }],
});

const names = {
  ports: [
    { protocol: "UDP", port: 53 },
    { protocol: "TCP", port: 53 },
  ],
};
const internet = {
  to: [
    {
      ipBlock: {
        cidr: "0.0.0.0/0",
        except: [
          "10.0.0.0/8",
          "100.64.0.0/10",
          "169.254.0.0/16",
          "172.16.0.0/12",
          "192.168.0.0/16",
        ],
      },
    },
    { ipBlock: { cidr: "::/0", except: ["fc00::/7", "fe80::/10"] } },
  ],
  ...tcp(80, 443),
};
const mail = tcp(587);

test("with its stores in the cluster, each process reaches what it needs and nothing else", async () => {
  const postgres = toStore("postgres", 5432);
  const activity = toStore("redis-activity", 6379);
  const broker = toStore("redis-broker", 6379);
  const everything = [names, postgres, activity, broker, internet, mail];
  const out = (component: string, egress: readonly object[]): object => ({
    podSelector: pods(component),
    policyTypes: ["Egress"],
    egress,
  });
  assert.deepEqual(await specs(inCluster), {
    web: {
      podSelector: pods("web"),
      policyTypes: ["Ingress", "Egress"],
      ingress: [tcp(8000)],
      egress: everything,
    },
    worker: out("worker", everything),
    migration: out("migration", everything),
    beat: out("beat", [names, postgres, broker]),
    flower: out("flower", [names, broker]),
    postgres: {
      podSelector: pods("postgres"),
      ...fromClients(5432, "web", "worker", "beat", "migration"),
    },
    "redis-activity": {
      podSelector: pods("redis-activity"),
      ...fromClients(6379, "web", "worker", "migration"),
    },
    "redis-broker": {
      podSelector: pods("redis-broker"),
      ...fromClients(6379, "web", "worker", "beat", "flower", "migration"),
    },
    deny: { podSelector: instance, policyTypes: ["Ingress", "Egress"] },
  });
});

test("stores elsewhere have names, so their ports are open to any address and no other", async () => {
  const { beat, ...others } = await specs({
    database: { host: "postgres.example.org", port: 6432 },
    redis: {
      activity: { host: "activity.example.org" },
      broker: { host: "broker.example.org", port: 6380 },
    },
  });
  assert.deepEqual((beat as Record<string, unknown>)["egress"], [names, tcp(6432), tcp(6380)]);
  assert.deepEqual(
    Object.keys(others).filter((name) => STORES.includes(name)),
    [],
  );
});

test("web is open to those that the stack names", async () => {
  const { web } = await specs({
    network: {
      webFrom: [
        { namespaceLabels: { "kubernetes.io/metadata.name": "traefik" } },
        { namespaceLabels: {}, podLabels: { app: "prometheus" } },
        { podLabels: { app: "proxy" } },
        { cidr: "192.0.2.0/24" },
      ],
    },
  });
  assert.deepEqual((web as Record<string, unknown>)["ingress"], [
    {
      from: [
        { namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "traefik" } } },
        {
          namespaceSelector: { matchLabels: {} },
          podSelector: { matchLabels: { app: "prometheus" } },
        },
        { podSelector: { matchLabels: { app: "proxy" } } },
        { ipBlock: { cidr: "192.0.2.0/24" } },
      ],
      ...tcp(8000),
    },
  ]);
});

test("without the internet, mail and what the stack names stay open to web, workers and migration only", async () => {
  const network = { internet: false, egress: [{ to: { cidr: "10.0.7.0/24" }, port: 9000 }] };
  const found = await specs({
    ...inCluster,
    network,
    email: { host: "smtp.example", user: "a", port: 25 },
  });
  const files = { to: [{ ipBlock: { cidr: "10.0.7.0/24" } }], ...tcp(9000) };
  for (const [component, spec] of Object.entries(found)) {
    const { egress = [] } = spec as { readonly egress?: readonly object[] };
    const isOutside = ["web", "worker", "migration"].includes(component);
    const outside = egress.filter((rule) => !JSON.stringify(rule).includes("podSelector")).slice(1);
    assert.deepEqual(outside, isOutside ? [tcp(25), files] : [], component);
  }
});

test("everything is denied last, so that running pods never lose what they need", async () => {
  const policies = await build(inCluster);
  const deny = policies.find(({ name }) => name === "network-deny");
  const allowed = policies.filter((policy) => policy !== deny).map(({ urn }) => urn);
  assert.deepEqual([...(deny?.dependsOn ?? [])].sort(), allowed.sort());
});
