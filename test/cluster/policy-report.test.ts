import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import type { Report } from "../../policy/report/events.ts";
import { committedStack, DUMMY_SECRETS } from "../support/committed-stack.ts";
import { inLab, PROJECT } from "../support/lab.ts";
import { urnOf } from "../support/policy.ts";
import type { Result } from "../support/run.ts";
import { TestStack } from "../support/stack.ts";

const folder = mkdtempSync(join(tmpdir(), "bookwyrm-report-"));
after(() => {
  rmSync(folder, { recursive: true });
});

const report = (args: readonly string[], env: Record<string, string> = {}): Promise<Result> =>
  inLab([process.execPath, join(PROJECT, "commands/wyrm.ts"), "policy", "report", ...args], {
    env,
  });

const read = (out: string): Report =>
  JSON.parse(readFileSync(join(out, "policy.json"), "utf8")) as Report;

const stateWith = (inputs: object): string => {
  const file = join(mkdtempSync(join(folder, "state-")), "state.json");
  const stack = { urn: urnOf("pulumi:pulumi:Stack", "program-test"), type: "pulumi:pulumi:Stack" };
  const type = "kubernetes:apps/v1:Deployment";
  const web = {
    urn: urnOf(type, "web"),
    type,
    custom: true,
    id: "shop/web",
    inputs,
    outputs: inputs,
  };
  const resources = [stack, { ...web, parent: stack.urn }];
  writeFileSync(file, JSON.stringify({ version: 3, deployment: { resources } }));
  return file;
};

test("a preview is judged as the committed stack is, in all three formats", async () => {
  await using stack = await TestStack.create();
  stack.configure(committedStack("prod"));
  await stack.setSecrets(DUMMY_SECRETS);
  const out = join(folder, "preview");
  const result = await report([stack.name, "--out", out], {
    PULUMI_OPTION_CONFIG_FILE: stack.configFile,
    PULUMI_OPTION_POLICY_PACK_CONFIG: join(PROJECT, "policy-config/prod.json"),
  });
  assert.equal(result.exitCode, 0, result.output);
  const { verdict, isComplete, violations, checks } = read(out);
  assert.deepEqual(
    { verdict, isComplete, violations },
    { verdict: "pass", isComplete: true, violations: [] },
  );
  assert.ok(checks.some(({ rule, urn }) => rule === "image-has-digest" && urn.endsWith("::web")));
  for (const file of ["policy.json", "policy.sarif", "policy.junit.xml"]) {
    const text = readFileSync(join(out, file), "utf8");
    for (const secret of Object.values(DUMMY_SECRETS)) assert.ok(!text.includes(secret), file);
  }
});

test("an exported state is judged without its program, and violations end with 1", async () => {
  const out = join(folder, "state");
  const containers = [{ name: "web", image: "nginx:latest" }];
  const state = stateWith({ spec: { template: { spec: { containers } } } });
  const result = await report(["test", "--state", state, "--out", out]);
  assert.equal(result.exitCode, 1, result.output);
  const { verdict, isComplete, violations } = read(out);
  assert.deepEqual([verdict, isComplete], ["fail", true]);
  const digest = violations.find(({ rule }) => rule === "image-has-digest");
  assert.equal(digest?.urn, urnOf("kubernetes:apps/v1:Deployment", "web"));
  assert.match(digest.message, /^spec\.template\.spec\.containers\[web\]\.image is "nginx:latest"/);
});

for (const [name, content] of [
  ["an empty state", '{ "version": 3, "deployment": {} }'],
  ["a file that is no state", "nothing"],
] as const) {
  test(`${name} ends with 2: nobody could tell`, async () => {
    const state = join(mkdtempSync(join(folder, "state-")), "state.json");
    writeFileSync(state, content);
    const result = await report(["test", "--state", state]);
    assert.equal(result.exitCode, 2, result.output);
    assert.match(result.output, /"verdict": "unknown"/);
    assert.match(result.output, /test: unknown \(0 checks/);
  });
}

test("a stack that is not there ends with 2", async () => {
  const result = await report(["not-there", "--format", "junit"]);
  assert.equal(result.exitCode, 2, result.output);
  assert.match(result.output, /<error message="The run ended before every resource was judged"/);
  assert.equal(existsSync(join(PROJECT, "Pulumi.not-there.yaml")), false);
});
