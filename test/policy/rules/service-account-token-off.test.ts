import assert from "node:assert/strict";
import { test } from "node:test";
import { serviceAccountTokenOff } from "../../../policy/rules/service-account-token-off.ts";
import { deployment, problems, UNKNOWN } from "../../support/policy.ts";

const judge = (automountServiceAccountToken: unknown): string[] =>
  problems(
    serviceAccountTokenOff,
    "apps/v1:Deployment",
    deployment({ automountServiceAccountToken }),
  );

const PATH = "spec.template.spec.automountServiceAccountToken";

test("passes false", () => {
  assert.deepEqual(judge(false), []);
});

for (const [value, problem] of [
  [true, "is true"],
  [undefined, "is not set"],
  [UNKNOWN, "is not known yet"],
] as const) {
  test(`fails a field that ${problem}`, () => {
    assert.deepEqual(judge(value), [`${PATH} ${problem}`]);
  });
}
