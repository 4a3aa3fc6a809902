import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { after, before, test } from "node:test";
import { join } from "node:path";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { RULES } from "../../policy/rules/index.ts";
import { bookWyrm, RELEASE, type TestObject } from "../support/faulty-objects.ts";
import { INGRESS, ingress, path } from "../support/ingress.ts";
import { createNamespace, kubectl, PROJECT } from "../support/lab.ts";
import { TestStack } from "../support/stack.ts";

// Rules about the whole stack through the real engine, which alone knows names, labels and dependencies.

const PROGRAM = join(PROJECT, "test/fixtures/objects");
const NAMESPACE = `test-${randomBytes(3).toString("hex")}`;
const folder = mkdtempSync(join(tmpdir(), "bookwyrm-policy-"));
const CONFIG = join(folder, "policy.json");

before(async () => {
  await createNamespace(NAMESPACE);
  const registries = ["harbor.example.org/uostas"];
  writeFileSync(CONFIG, JSON.stringify({ "image-from-allowed-registry": { registries } }));
});
after(async () => {
  rmSync(folder, { recursive: true });
  await kubectl("delete", "namespace", NAMESPACE, "--wait=false");
});

const SETTINGS: TestObject = {
  type: "kubernetes:core/v1:ConfigMap",
  name: "settings",
  inputs: { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "settings" }, data: {} },
};
const BUDGET: TestObject = {
  type: "kubernetes:policy/v1:PodDisruptionBudget",
  name: "budget",
  inputs: {
    apiVersion: "policy/v1",
    kind: "PodDisruptionBudget",
    spec: { minAvailable: 1, selector: { matchLabels: { app: "web" } } },
  },
};

const DOOR: TestObject = {
  type: "kubernetes:core/v1:Service",
  name: "door",
  inputs: {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: "door" },
    spec: { type: "NodePort", selector: { app: "web" }, ports: [{ port: 80 }] },
  },
};
/** Of no program by its label, and to a Service of no component by its name. */
const ROUTE: TestObject = {
  type: `kubernetes:${INGRESS}`,
  name: "route",
  inputs: {
    apiVersion: "networking.k8s.io/v1",
    kind: "Ingress",
    spec: ingress(path("/", "door"))["spec"],
  },
};
const PATCH: TestObject = {
  type: "kubernetes:core/v1:ConfigMapPatch",
  name: "patch",
  inputs: { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "settings" }, data: {} },
};

/** A web that nothing guards, a worker of another release that takes it for its own, and no Job, no beat. */
const OBJECTS: readonly TestObject[] = [
  bookWyrm("web", "web", {
    container: { envFrom: [{ configMapRef: { name: "settings" } }] },
    spec: { replicas: 1 },
  }),
  bookWyrm("worker", "worker", {
    labels: { app: "web" },
    container: { image: RELEASE.replace("c9addf2", "d7f90b4") },
    spec: { replicas: 0, selector: { matchLabels: { app: "web" } } },
  }),
  SETTINGS,
  PATCH,
  DOOR,
  ROUTE,
  BUDGET,
];

test("one preview shows every fault that only the whole stack has", async () => {
  await using stack = await TestStack.create(PROGRAM);
  const objects = OBJECTS.map(({ inputs, ...object }) => ({
    ...object,
    inputs: { ...inputs, metadata: { ...inputs.metadata, namespace: NAMESPACE } },
  }));
  stack.configure({ "objects:objects": objects });
  const { exitCode, output } = await stack.run("preview", [
    `--policy-pack=${join(PROJECT, "policy")}`,
    `--policy-pack-config=${CONFIG}`,
  ]);
  assert.notEqual(exitCode, 0, output);
  const lines = output.matchAll(
    /\[mandatory\].*? (?<rule>[a-z-]+) +\(kubernetes:\S+: (?<resource>\S+)\)/g,
  );
  const found = [...lines].map(
    ({ groups }) => `${groups?.["rule"] ?? ""}: ${groups?.["resource"] ?? ""}`,
  );
  assert.deepEqual(
    [...new Set(found)].sort(),
    [
      "beat-exists-once: web",
      "bookwyrm-routed-safely: route",
      "disruption-budget-leaves-room: budget",
      "image-is-one: worker",
      "migration-comes-first: web",
      "migration-comes-first: worker",
      "network-policy-selects-pods: web",
      "network-policy-selects-pods: worker",
      "objects-declared-once: patch",
      "pods-not-published: door",
      "pods-restart-on-change: web",
      "pull-secret-exists: web",
      "pull-secret-exists: worker",
      "queues-are-served: worker",
      "selectors-do-not-overlap: web",
      "selectors-do-not-overlap: worker",
    ],
    output,
  );
  const seen = new Set(found.map((line) => line.split(":")[0]));
  const unseen = RULES.filter((rule) => "judgeStack" in rule && !seen.has(rule.name));
  assert.deepEqual(unseen, []);
});
