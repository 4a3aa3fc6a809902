import assert from "node:assert/strict";
import { test } from "node:test";
import { disruptionBudgetAllowsDrain } from "../../../policy/rules/disruption-budget-allows-drain.ts";
import { problems, UNKNOWN } from "../../support/policy.ts";

const judge = (spec: object, type = "policy/v1:PodDisruptionBudget"): string[] =>
  problems(disruptionBudgetAllowsDrain, type, { spec });

test("passes a budget that lets go of some", () => {
  for (const spec of [
    { maxUnavailable: 1 },
    { maxUnavailable: "1%" },
    { maxUnavailable: "100%" },
    { minAvailable: 1 },
    { minAvailable: 100 },
    { minAvailable: "99%" },
    { minAvailable: 0 },
    {},
  ]) {
    assert.deepEqual(judge(spec), []);
  }
});

for (const [spec, problem] of [
  [{ maxUnavailable: 0 }, "maxUnavailable is 0"],
  [{ maxUnavailable: "0%" }, 'maxUnavailable is "0%"'],
  [{ maxUnavailable: "0" }, 'maxUnavailable is "0"'],
  [{ maxUnavailable: "00%" }, 'maxUnavailable is "00%"'],
  [{ maxUnavailable: UNKNOWN }, "maxUnavailable is not known yet"],
  [{ minAvailable: "100%" }, 'minAvailable is "100%"'],
  [{ minAvailable: "0100%" }, 'minAvailable is "0100%"'],
  [{ minAvailable: UNKNOWN }, "minAvailable is not known yet"],
] as const) {
  test(`fails: ${problem}`, () => {
    assert.deepEqual(judge(spec), [`spec.${problem}`]);
    assert.deepEqual(judge(spec, "policy/v1beta1:PodDisruptionBudgetPatch"), [`spec.${problem}`]);
  });
}
