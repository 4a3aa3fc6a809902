import assert from "node:assert/strict";
import { test } from "node:test";
import { imagePullPolicySet } from "../../../policy/rules/image-pull-policy-set.ts";
import { deployment, goodContainer, problems, UNKNOWN } from "../../support/policy.ts";

const judge = (imagePullPolicy: unknown, allowed = ["Always"]): string[] =>
  problems(
    imagePullPolicySet,
    "apps/v1:Deployment",
    deployment({ initContainers: [goodContainer({ imagePullPolicy })] }),
    { allowed },
  );

const PATH = "spec.template.spec.initContainers[app].imagePullPolicy";

test("passes an allowed policy", () => {
  assert.deepEqual(judge("Always"), []);
  assert.deepEqual(judge("IfNotPresent", ["Always", "IfNotPresent"]), []);
});

for (const [policy, problem] of [
  ["IfNotPresent", 'is "IfNotPresent"'],
  ["Never", 'is "Never"'],
  ["always", 'is "always"'],
  [undefined, "is not set"],
  [UNKNOWN, "is not known yet"],
] as const) {
  test(`fails ${policy ?? "a policy that is not set"}`, () => {
    assert.deepEqual(judge(policy), [`${PATH} ${problem}`]);
  });
}
