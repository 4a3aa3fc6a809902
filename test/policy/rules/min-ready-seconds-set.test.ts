import assert from "node:assert/strict";
import { test } from "node:test";
import { minReadySecondsSet } from "../../../policy/rules/min-ready-seconds-set.ts";
import { bookWyrm, problems, UNKNOWN } from "../../support/policy.ts";

const PATH = "spec.minReadySeconds";

const judge = (minReadySeconds: unknown, component = "web", config = {}): string[] =>
  problems(
    minReadySecondsSet,
    "apps/v1:Deployment",
    bookWyrm(component, { containers: [] }, { minReadySeconds }),
    config,
  );

test("passes ten seconds for BookWyrm and one for any other program", () => {
  assert.deepEqual(judge(10), []);
  assert.deepEqual(judge(1, "another"), []);
});

for (const [value, problem] of [
  [9, "is 9"],
  [10.5, "is 10.5"],
  ["10", 'is "10"'],
  [undefined, "is not set"],
  [UNKNOWN, "is not known yet"],
] as const) {
  test(`fails a Deployment of BookWyrm whose field ${problem}`, () => {
    assert.deepEqual(judge(value), [`${PATH} ${problem}`]);
  });
}

test("fails any Deployment that waits for nothing", () => {
  assert.deepEqual(judge(0, "another"), [`${PATH} is 0`]);
  assert.deepEqual(judge(undefined, "another"), [`${PATH} is not set`]);
});

test("takes the seconds of the configuration", () => {
  assert.deepEqual(judge(5, "web", { least: 5 }), []);
  assert.deepEqual(judge(29, "web", { least: 30 }), [`${PATH} is 29`]);
});

test("judges Deployments in Lists, lets a Patch leave it out, and no other kind needs it", () => {
  const items = [{ kind: "Deployment", spec: {} }, { kind: "Service" }, UNKNOWN];
  assert.deepEqual(problems(minReadySecondsSet, "core/v1:List", { items }), [
    `items[0].${PATH} is not set`,
  ]);
  assert.deepEqual(problems(minReadySecondsSet, "apps/v1:DeploymentList", { items: [UNKNOWN] }), [
    `items[0].${PATH} is not known yet`,
  ]);
  assert.deepEqual(problems(minReadySecondsSet, "apps/v1:DeploymentPatch", { spec: {} }), []);
  assert.deepEqual(problems(minReadySecondsSet, "apps/v1:StatefulSet", { spec: {} }), []);
});
