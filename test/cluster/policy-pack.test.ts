import assert from "node:assert/strict";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { testDeployment } from "../support/faulty-objects.ts";
import { PROJECT } from "../support/lab.ts";
import { goodContainer, goodPodSpec } from "../support/policy.ts";
import type { Result } from "../support/run.ts";
import { TestStack } from "../support/stack.ts";

// What the pack makes of its configuration and exemptions, through the real engine.

const PROGRAM = join(PROJECT, "test/fixtures/objects");
const TYPE = "kubernetes:apps/v1:Deployment";
const CONFIGURED = {
  "image-from-allowed-registry": { registries: ["harbor.example.org/uostas"] },
  "pull-secret-exists": { existing: ["registry"] },
};
const DAY = 86_400_000;

const folder = mkdtempSync(join(tmpdir(), "bookwyrm-pack-"));
after(() => {
  rmSync(folder, { recursive: true });
});

/** A copy of the pack with files of its own in `policy-config/`. @returns arguments for the engine */
function packWith(files: Readonly<Record<string, unknown>>): readonly string[] {
  const copy = mkdtempSync(join(folder, "project-"));
  for (const part of ["policy", "model", "package.json", "tsconfig.json"]) {
    cpSync(join(PROJECT, part), join(copy, part), { recursive: true });
  }
  symlinkSync(join(PROJECT, "node_modules"), join(copy, "node_modules"));
  mkdirSync(join(copy, "policy-config"));
  for (const [name, content] of Object.entries(files)) {
    writeFileSync(join(copy, "policy-config", name), JSON.stringify(content));
  }
  return [`--policy-pack=${join(copy, "policy")}`];
}

interface App {
  readonly name?: string;
  readonly podSpec?: object;
  readonly isImageUnknown?: boolean;
}

const NAMESPACE = { metadata: { namespace: "default" } };

/** These Deployments, and a NetworkPolicy for all of them. */
const program = (...apps: readonly App[]): Record<string, unknown> => ({
  "objects:objects": [
    {
      type: "kubernetes:networking.k8s.io/v1:NetworkPolicy",
      name: "deny",
      inputs: {
        apiVersion: "networking.k8s.io/v1",
        kind: "NetworkPolicy",
        ...NAMESPACE,
        spec: { podSelector: {} },
      },
    },
    ...apps.map(({ name = "app", podSpec = {}, isImageUnknown = false }) => {
      const { inputs, ...object } = testDeployment(name, { podSpec: goodPodSpec(podSpec) });
      return { ...object, isImageUnknown, inputs: { ...inputs, ...NAMESPACE } };
    }),
  ],
});

const urnOf = (stack: TestStack, name = "app"): string =>
  `urn:pulumi:${stack.name}::objects::${TYPE}::${name}`;

const count = ({ output }: Result, text: string): number => output.split(text).length - 1;

test("a program that nobody configured the pack for is told once what to write, and creates nothing", async () => {
  await using stack = await TestStack.create(PROGRAM);
  stack.configure(program({ name: "one" }, { name: "two" }));
  const args = packWith({});
  const preview = await stack.run("preview", args);
  assert.notEqual(preview.exitCode, 0);
  // What it is not told is a mistake of the configuration, not of each of its workloads.
  const file = `policy-config/${stack.name}.json`;
  assert.equal(count(preview, "image-from-allowed-registry  ("), 1, preview.output);
  assert.ok(
    preview.output.includes(`${file}: image-from-allowed-registry.registries is not set`),
    preview.output,
  );
  assert.ok(
    preview.output.includes(
      `write { "image-from-allowed-registry": { "registries": … } } into ${file}`,
    ),
  );
  const up = await stack.run("up", ["--yes", "--skip-preview", ...args]);
  assert.notEqual(up.exitCode, 0);
  assert.deepEqual(await stack.state(), []);
});

test("every mistake of configuration is refused on the stack itself, before anything is created", async () => {
  await using stack = await TestStack.create(PROGRAM);
  stack.configure(program({}));
  const args = packWith({
    [`${stack.name}.json`]: {
      "image-from-allowed-registry": { registries: [], registrys: [] },
      "image-has-digset": "disabled",
      "image-has-digest": "disabled",
    },
    "exemptions.json": [{ rule: "resources-set" }],
  });
  const up = await stack.run("up", ["--yes", "--skip-preview", ...args]);
  assert.notEqual(up.exitCode, 0);
  for (const mistake of [
    "image-from-allowed-registry.registries is empty",
    "image-from-allowed-registry.registrys is no property of this rule; it takes registries",
    "image-has-digset is no rule of this pack",
    "image-has-digest is disabled, and this rule cannot be switched off",
    "policy-config/exemptions.json[0] does not have its five fields",
  ]) {
    assert.equal(count(up, mistake), 1, `${mistake}\n${up.output}`);
  }
  assert.deepEqual(await stack.state(), []);
});

test("a level of --policy-pack-config does not switch off what cannot be switched off", async () => {
  await using stack = await TestStack.create(PROGRAM);
  const image = "harbor.example.org/uostas/app:1";
  stack.configure(program({ podSpec: { containers: [goodContainer({ image })] } }));
  const args = packWith({ [`${stack.name}.json`]: CONFIGURED });
  const levels = join(folder, "levels.json");
  const preview = (level: string): Promise<Result> => {
    writeFileSync(levels, JSON.stringify({ "image-has-digest": level }));
    return stack.run("preview", [...args, `--policy-pack-config=${levels}`]);
  };
  const advisory = await preview("advisory");
  assert.notEqual(advisory.exitCode, 0, advisory.output);
  assert.match(advisory.output, /\[mandatory\].*image-has-digest/);
  const disabled = await preview("disabled");
  assert.notEqual(disabled.exitCode, 0, disabled.output);
  assert.equal(count(disabled, "--policy-pack-config: image-has-digest is disabled"), 1);
});

test("an exemption lets one resource pass, in words; after its last day it does not", async () => {
  await using stack = await TestStack.create(PROGRAM);
  stack.configure(program({ podSpec: { hostNetwork: true } }));
  const dated = (days: number): string =>
    new Date(Date.now() + days * DAY).toISOString().slice(0, 10);
  const packOf = (expires: string): readonly string[] =>
    packWith({
      [`${stack.name}.json`]: CONFIGURED,
      "exemptions.json": [
        {
          rule: "no-host-access",
          urn: urnOf(stack),
          reason: "a node exporter",
          owner: "ada",
          expires,
        },
        {
          rule: "resources-set",
          urn: urnOf(stack),
          reason: "measured later",
          owner: "bob",
          expires,
        },
      ],
    });

  const exempted = await stack.run("preview", packOf(dated(10)));
  assert.equal(exempted.exitCode, 0, exempted.output);
  assert.match(exempted.output, /\[advisory\].*no-host-access/);
  assert.ok(exempted.output.includes(`(exempted by ada until ${dated(10)}: a node exporter)`));
  assert.match(exempted.output, /\[advisory\].*exemptions-used/);
  assert.ok(exempted.output.includes(`${urnOf(stack)} needs no exemption from resources-set`));

  const expired = await stack.run("preview", packOf(dated(-1)));
  assert.notEqual(expired.exitCode, 0);
  assert.match(expired.output, /\[mandatory\].*no-host-access/);
  assert.ok(expired.output.includes(`(the exemption by ada expired on ${dated(-1)})`));
});

test("an image that is not known is mentioned on a stack of no weight, and refused on a protected one", async () => {
  await using stack = await TestStack.create(PROGRAM);
  const bad = goodContainer({ name: "two", image: "harbor.example.org/uostas/app:1" });
  const good = [goodContainer(), goodContainer({ name: "two" })];
  stack.configure(program({ isImageUnknown: true, podSpec: { containers: good } }));
  const open = packWith({ [`${stack.name}.json`]: CONFIGURED });
  const preview = await stack.run("preview", open);
  assert.equal(preview.exitCode, 0, preview.output);
  assert.match(preview.output, /\[advisory\].*image-has-digest/);
  assert.match(preview.output, /image is not known yet.*the update judges it/);

  const isProtected = { ...CONFIGURED, "pack-configured": { protected: true } };
  const refused = await stack.run("preview", packWith({ [`${stack.name}.json`]: isProtected }));
  assert.notEqual(refused.exitCode, 0);
  assert.match(refused.output, /\[mandatory\].*image-has-digest/);

  // It hides no other fault of the same pod.
  stack.configure(
    program({ isImageUnknown: true, podSpec: { containers: [goodContainer(), bad] } }),
  );
  const both = await stack.run("preview", open);
  assert.notEqual(both.exitCode, 0);
  assert.match(
    both.output,
    /containers\[two\]\.image is "harbor.example.org\/uostas\/app:1": it has no digest/,
  );
});
