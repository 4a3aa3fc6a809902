import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { after, before, test } from "node:test";
import { join } from "node:path";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { RULES } from "../../policy/rules/index.ts";
import { FAULTY_OBJECTS, testDeployment, type TestObject } from "../support/faulty-objects.ts";
import { createNamespace, get, kubectl, PROJECT } from "../support/lab.ts";
import { TestStack } from "../support/stack.ts";

// The pack through the real engine: an upgrade that breaks how it is loaded is seen here.

const PROGRAM = join(PROJECT, "test/fixtures/objects");
const NAMESPACE = `test-${randomBytes(3).toString("hex")}`;
const folder = mkdtempSync(join(tmpdir(), "bookwyrm-policy-"));
const CONFIG = join(folder, "policy.json");

before(async () => {
  await createNamespace(NAMESPACE);
  writeFileSync(
    CONFIG,
    JSON.stringify({
      "image-from-allowed-registry": { registries: ["harbor.example.org/uostas"] },
      "pull-secret-exists": { existing: ["registry"] },
    }),
  );
});
after(async () => {
  rmSync(folder, { recursive: true });
  await kubectl("delete", "namespace", NAMESPACE, "--wait=false");
});

/** The program's settings: these objects, in this test's namespace. */
const program = (...objects: readonly TestObject[]): Record<string, unknown> => ({
  "objects:objects": objects.map(({ inputs, ...object }) => ({
    ...object,
    inputs: { ...inputs, metadata: { ...inputs.metadata, namespace: NAMESPACE } },
  })),
});

/** Lets nobody connect to anybody. */
const POLICY: TestObject = {
  type: "kubernetes:networking.k8s.io/v1:NetworkPolicy",
  name: "deny",
  inputs: { apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy", spec: { podSelector: {} } },
};

const WITH_PACK = [`--policy-pack=${join(PROJECT, "policy")}`, `--policy-pack-config=${CONFIG}`];

/** Its resource needs a Docker daemon: test/cluster/image.test.ts shows it. */
const ABOUT_BUILDS = "image-build-publishes-release";

const RESOURCE_RULES = RULES.filter((rule) => "judge" in rule)
  .map(({ name }) => name)
  .filter((name) => name !== ABOUT_BUILDS);

/** What rules about one resource refused, as `<rule>: <resource>`; each once, in the order of the alphabet. */
function refused(output: string): string[] {
  const lines = output.matchAll(
    /\[mandatory\].*? (?<rule>[a-z-]+) +\(kubernetes:\S+: (?<resource>\S+)\)/g,
  );
  const pairs = [...lines].flatMap(({ groups }) => {
    const { rule = "", resource = "" } = groups ?? {};
    return RESOURCE_RULES.includes(rule) ? [`${rule}: ${resource}`] : [];
  });
  return [...new Set(pairs)].sort();
}

test("a deployment without fault passes, in preview and in up", async () => {
  await using stack = await TestStack.create(PROGRAM);
  stack.configure(program(testDeployment("app"), POLICY));
  for (const [command, ...args] of [["preview"], ["up", "--yes"]] as const) {
    const { exitCode, output } = await stack.run(command, [...args, ...WITH_PACK]);
    assert.equal(exitCode, 0, output);
  }
});

test("there is a faulty object for every rule about one resource", () => {
  assert.deepEqual(
    FAULTY_OBJECTS.map(({ name }) => name),
    RESOURCE_RULES,
  );
});

test("every rule refuses its fault and nothing else, and an update without preview creates nothing", async () => {
  await using stack = await TestStack.create(PROGRAM);
  stack.configure(program(...FAULTY_OBJECTS));
  const preview = await stack.run("preview", WITH_PACK);
  assert.notEqual(preview.exitCode, 0, preview.output);
  assert.deepEqual(
    refused(preview.output),
    RESOURCE_RULES.map((name) => `${name}: ${name}`),
    preview.output,
  );

  // An update ends at the first refusal, whichever comes first.
  const up = await stack.run("up", ["--yes", "--skip-preview", ...WITH_PACK]);
  assert.notEqual(up.exitCode, 0, up.output);
  assert.notDeepEqual(refused(up.output), [], up.output);
  const made = (await stack.state()).filter(({ type }) => !type.startsWith("pulumi:"));
  assert.deepEqual(made, []);
  const kinds = "deployments,jobs,poddisruptionbudgets,horizontalpodautoscalers";
  const live = await get<{ readonly items: readonly unknown[] }>(kinds, `--namespace=${NAMESPACE}`);
  assert.deepEqual(live.items, []);
});

test("a provider that takes the current context is refused", async () => {
  await using stack = await TestStack.create(PROGRAM);
  stack.configure({ ...program(testDeployment("app"), POLICY), "objects:provider": {} });
  const { exitCode, output } = await stack.run("preview", WITH_PACK);
  assert.notEqual(exitCode, 0, output);
  assert.match(output, /provider-explicit +\(pulumi:providers:kubernetes: cluster\)/);
});

test("all faults of a deployment are reported at once", async () => {
  await using stack = await TestStack.create(PROGRAM);
  stack.configure(
    program(
      testDeployment("app", {
        podSpec: {
          initContainers: [{ name: "prepare", image: "nginx:latest" }],
          containers: [{ name: "app", image: "nginx" }],
        },
      }),
    ),
  );
  const { output } = await stack.run("preview", WITH_PACK);
  for (const rule of ["image-has-digest", "probes-present", "resources-set", "runs-as-non-root"]) {
    assert.match(output, new RegExp(rule));
  }
  assert.match(output, /initContainers\[prepare\]\.image is "nginx:latest"/);
  assert.match(output, /containers\[app\]\.image is "nginx"/);
});
