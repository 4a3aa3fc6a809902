import assert from "node:assert/strict";
import { test } from "node:test";
import { gracePeriodSet } from "../../../policy/rules/grace-period-set.ts";
import { bookWyrm, problems, UNKNOWN } from "../../support/policy.ts";

const judge = (
  terminationGracePeriodSeconds: unknown,
  component = "worker",
  type = "apps/v1:Deployment",
  config = {},
): string[] =>
  problems(gracePeriodSet, type, bookWyrm(component, { terminationGracePeriodSeconds }), config);

const PATH = "spec.template.spec.terminationGracePeriodSeconds";

test("passes a minute and more", () => {
  assert.deepEqual(judge(60), []);
  assert.deepEqual(judge(600), []);
});

for (const [seconds, problem] of [
  [59, "is 59"],
  [60.5, "is 60.5"],
  ["60", 'is "60"'],
  [undefined, "is not set"],
  [UNKNOWN, "is not known yet"],
] as const) {
  test(`fails a time that ${problem}`, () => {
    assert.deepEqual(judge(seconds), [`${PATH} ${problem}`]);
  });
}

test("takes the seconds of the configuration", () => {
  assert.deepEqual(judge(10, "worker", "apps/v1:StatefulSet", { least: 10 }), []);
  assert.deepEqual(judge(60, "worker", "apps/v1:StatefulSet", { least: 61 }), [`${PATH} is 60`]);
});

test("asks nothing of other components and programs, and lets a Patch leave it out", () => {
  assert.deepEqual(judge(undefined, "web"), []);
  assert.deepEqual(judge(undefined, "another"), []);
  assert.deepEqual(judge(undefined, "worker", "apps/v1:DeploymentPatch"), []);
});
