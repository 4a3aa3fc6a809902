import assert from "node:assert/strict";
import { test } from "node:test";
import { rolloutKeepsOldPods } from "../../../policy/rules/rollout-keeps-old-pods.ts";
import { bookWyrm, problems, UNKNOWN } from "../../support/policy.ts";

const judge = (strategy: unknown, component = "web", type = "apps/v1:Deployment"): string[] =>
  problems(rolloutKeepsOldPods, type, bookWyrm(component, { containers: [] }, { strategy }));

const PATH = "spec.strategy.rollingUpdate.maxUnavailable";

test("passes a rolling update that takes nothing away first, and a recreation", () => {
  assert.deepEqual(judge({ rollingUpdate: { maxUnavailable: 0 } }), []);
  assert.deepEqual(judge({ type: "RollingUpdate", rollingUpdate: { maxUnavailable: "0%" } }), []);
  assert.deepEqual(judge({ type: "Recreate" }, "beat"), []);
});

for (const [maxUnavailable, problem] of [
  [1, "is 1"],
  ["25%", 'is "25%"'],
  ["0", 'is "0"'],
  [undefined, "is not set"],
  [UNKNOWN, "is not known yet"],
] as const) {
  test(`fails a number of pods that ${problem}`, () => {
    for (const component of ["web", "worker"]) {
      for (const type of ["RollingUpdate", undefined]) {
        assert.deepEqual(judge({ type, rollingUpdate: { maxUnavailable } }, component), [
          `${PATH} ${problem}`,
        ]);
      }
    }
  });
}

test("fails a strategy that is left to Kubernetes, or not known", () => {
  assert.deepEqual(judge(undefined), [`${PATH} is not set`]);
  assert.deepEqual(judge({ type: UNKNOWN }), [`${PATH} is not set`]);
});

test("has no opinion on other programs, and lets a Patch leave it out", () => {
  assert.deepEqual(judge(undefined, "another"), []);
  assert.deepEqual(judge({}, "web", "apps/v1:DeploymentPatch"), []);
});
