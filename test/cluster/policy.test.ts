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

interface DeploymentParts {
  readonly spec?: object;
  readonly labels?: object;
  readonly annotations?: object;
}

/** Settings of the program that makes any object. */
const deployment = ({ spec, labels, annotations }: DeploymentParts): Record<string, unknown> => ({
  "objects:objects": [
    {
      type: "kubernetes:apps/v1:Deployment",
      name: "app",
      inputs: {
        apiVersion: "apps/v1",
        kind: "Deployment",
        metadata: { namespace: NAMESPACE, labels: { app: "app" }, annotations },
        spec: {
          replicas: 0,
          selector: { matchLabels: { app: "app" } },
          template: {
            metadata: { labels: { app: "app", ...labels } },
            spec: spec ?? goodPodSpec(),
          },
        },
      },
    },
  ],
});

const WITH_PACK = [`--policy-pack=${join(PROJECT, "policy")}`, `--policy-pack-config=${CONFIG}`];
const DIGEST = `sha256:${"0f".repeat(32)}`;

const container = (changes: object): DeploymentParts => ({
  spec: goodPodSpec({ containers: [goodContainer(changes)] }),
});
const pod = (changes: object): DeploymentParts => ({ spec: goodPodSpec(changes) });
const PAGE = { httpGet: { path: "/", port: 80 } };

const FAULTS: readonly (readonly [rule: string, parts: DeploymentParts])[] = [
  ["await-not-skipped", { annotations: { "pulumi.com/skipAwait": "true" } }],
  [
    "beat-is-single",
    {
      labels: {
        "app.kubernetes.io/component": "beat",
        "app.kubernetes.io/part-of": "bookwyrm",
      },
    },
  ],
  ["image-from-allowed-registry", container({ image: `docker.io/uostas/app:1@${DIGEST}` })],
  ["image-has-digest", container({ image: "harbor.example.org/uostas/app:1" })],
  ["image-pull-policy-set", container({ imagePullPolicy: "IfNotPresent" })],
  ["no-host-access", pod({ hostNetwork: true })],
  ["probes-present", container({ readinessProbe: null })],
  ["pull-secret-present", pod({ imagePullSecrets: [] })],
  ["readiness-is-not-liveness", container({ readinessProbe: PAGE, livenessProbe: PAGE })],
  ["resources-set", container({ resources: {} })],
  ["root-filesystem-read-only", container({ securityContext: {} })],
  ["runs-unprivileged", pod({ securityContext: {} })],
  ["service-account-token-off", pod({ automountServiceAccountToken: true })],
  ["service-links-off", pod({ enableServiceLinks: null })],
];

test("a deployment without fault passes, in preview and in up", async () => {
  await using stack = await TestStack.create(PROGRAM);
  stack.configure(deployment({}));
  for (const [command, ...args] of [["preview"], ["up", "--yes"]] as const) {
    const { exitCode, output } = await stack.run(command, [...args, ...WITH_PACK]);
    assert.equal(exitCode, 0, output);
  }
});

for (const [rule, parts] of FAULTS) {
  test(`${rule} refuses in preview, and creates nothing in an up without preview`, async () => {
    await using stack = await TestStack.create(PROGRAM);
    stack.configure(deployment(parts));
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
      spec: {
        initContainers: [{ name: "prepare", image: "nginx:latest" }],
        containers: [{ name: "app", image: "nginx" }],
      },
    }),
  );
  const { output } = await stack.run("preview", WITH_PACK);
  for (const rule of ["image-has-digest", "probes-present", "resources-set", "runs-unprivileged"]) {
    assert.match(output, new RegExp(rule));
  }
  assert.match(output, /initContainers\[prepare\]\.image is "nginx:latest"/);
  assert.match(output, /containers\[app\]\.image is "nginx"/);
});
