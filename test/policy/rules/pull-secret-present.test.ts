import assert from "node:assert/strict";
import { test } from "node:test";
import { pullSecretPresent } from "../../../policy/rules/pull-secret-present.ts";
import { deployment, everyWorkload, problems, UNKNOWN } from "../../support/policy.ts";

const judge = (imagePullSecrets: unknown): string[] =>
  problems(pullSecretPresent, "apps/v1:Deployment", deployment({ imagePullSecrets }));

const PATH = "spec.template.spec.imagePullSecrets";

test("passes a named secret, also where its name is not known yet", () => {
  assert.deepEqual(judge([{ name: "registry" }]), []);
  assert.deepEqual(judge([{ name: UNKNOWN }]), []);
  assert.deepEqual(judge(UNKNOWN), []);
});

for (const [secrets, problem] of [
  [undefined, "is not set"],
  [[], "names no secret"],
  ["registry", "names no secret"],
  [[{ name: "registry" }, {}], "holds an entry without a name"],
  [[{ name: "" }], "holds an entry without a name"],
] as const) {
  test(`fails ${JSON.stringify(secrets) || "what is not set"}`, () => {
    assert.deepEqual(judge(secrets), [`${PATH} ${problem}`]);
  });
}

for (const [type, props, path] of everyWorkload({ containers: [{ name: "app" }] })) {
  // What a Patch leaves out stays as it is.
  const expected = type.endsWith("Patch") ? [] : [`${path}.imagePullSecrets is not set`];
  test(`judges ${type}`, () => {
    assert.deepEqual(problems(pullSecretPresent, type, props), expected);
  });
}
