import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { after, before, test } from "node:test";
import { join } from "node:path";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { get, kubectl, PROJECT } from "../support/lab.ts";
import { goodContainer, goodPodSpec } from "../support/policy.ts";
import { TestStack } from "../support/stack.ts";

// The pack through the real engine: an upgrade that breaks how it is loaded is seen here.

const PROGRAM = join(PROJECT, "test/fixtures/objects");
const NAMESPACE = `test-${randomBytes(3).toString("hex")}`;
const folder = mkdtempSync(join(tmpdir(), "bookwyrm-policy-"));
const CONFIG = join(folder, "policy.json");

before(async () => {
  await kubectl("create", "namespace", NAMESPACE);
  writeFileSync(
    CONFIG,
    JSON.stringify({
      "image-from-allowed-registry": { registries: ["harbor.example.org/uostas"] },
    }),
  );
});
after(async () => {
  rmSync(folder, { recursive: true });
  await kubectl("delete", "namespace", NAMESPACE, "--wait=false");
});

const deployment = (spec: object): Record<string, unknown> => ({
  "objects:objects": [
    {
      type: "kubernetes:apps/v1:Deployment",
      name: "app",
      inputs: {
        apiVersion: "apps/v1",
        kind: "Deployment",
        metadata: { namespace: NAMESPACE, annotations: { "pulumi.com/skipAwait": "true" } },
        spec: {
          replicas: 0,
          selector: { matchLabels: { app: "app" } },
          template: { metadata: { labels: { app: "app" } }, spec },
        },
      },
    },
  ],
});

const WITH_PACK = [`--policy-pack=${join(PROJECT, "policy")}`, `--policy-pack-config=${CONFIG}`];
const DIGEST = `sha256:${"0f".repeat(32)}`;

const FAULTS: readonly (readonly [rule: string, spec: object])[] = [
  [
    "image-from-allowed-registry",
    goodPodSpec({
      containers: [goodContainer({ image: `docker.io/uostas/app:1@${DIGEST}` })],
    }),
  ],
  [
    "image-has-digest",
    goodPodSpec({ containers: [goodContainer({ image: "harbor.example.org/uostas/app:1" })] }),
  ],
  [
    "image-pull-policy-set",
    goodPodSpec({ containers: [goodContainer({ imagePullPolicy: "IfNotPresent" })] }),
  ],
  ["probes-present", goodPodSpec({ containers: [goodContainer({ readinessProbe: null })] })],
  ["pull-secret-present", goodPodSpec({ imagePullSecrets: [] })],
];

test("a deployment without fault passes, in preview and in up", async () => {
  await using stack = await TestStack.create(PROGRAM);
  stack.configure(deployment(goodPodSpec()));
  for (const [command, ...args] of [["preview"], ["up", "--yes"]] as const) {
    const { exitCode, output } = await stack.run(command, [...args, ...WITH_PACK]);
    assert.equal(exitCode, 0, output);
  }
});

for (const [rule, spec] of FAULTS) {
  test(`${rule} refuses in preview, and creates nothing in an up without preview`, async () => {
    await using stack = await TestStack.create(PROGRAM);
    stack.configure(deployment(spec));
    const preview = await stack.run("preview", WITH_PACK);
    assert.notEqual(preview.exitCode, 0, preview.output);
    assert.match(preview.output, new RegExp(String.raw`\[mandatory\].*${rule}`));

    const up = await stack.run("up", ["--yes", "--skip-preview", ...WITH_PACK]);
    assert.notEqual(up.exitCode, 0, up.output);
    const live = await get<{ readonly items: readonly unknown[] }>(
      "deployments",
      `-n=${NAMESPACE}`,
      "--selector=app=app",
    );
    assert.deepEqual(live.items, []);
  });
}

test("all faults of a deployment are reported at once", async () => {
  await using stack = await TestStack.create(PROGRAM);
  stack.configure(
    deployment({
      initContainers: [{ name: "prepare", image: "nginx:latest" }],
      containers: [{ name: "app", image: "nginx" }],
    }),
  );
  const { output } = await stack.run("preview", WITH_PACK);
  for (const [rule] of FAULTS) assert.match(output, new RegExp(rule), rule);
  assert.match(output, /initContainers\[prepare\]\.image is "nginx:latest"/);
  assert.match(output, /containers\[app\]\.image is "nginx"/);
});

test("a stack without an allowed registry is told where to name one", async () => {
  await using stack = await TestStack.create(PROGRAM);
  stack.configure(deployment(goodPodSpec()));
  const { exitCode, output } = await stack.run("preview", [
    `--policy-pack=${join(PROJECT, "policy")}`,
  ]);
  assert.notEqual(exitCode, 0);
  assert.match(output, /name the registries that may be used in policy-config/);
});
