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

test("fails Never even where a stack allows it", () => {
  assert.deepEqual(judge("Never", ["Always", "Never"]), [`${PATH} is "Never"`]);
});

test("takes Always alone where a stack says nothing", () => {
  const props = deployment({ containers: [goodContainer({ imagePullPolicy: "IfNotPresent" })] });
  assert.deepEqual(problems(imagePullPolicySet, "apps/v1:Deployment", props), [
    'spec.template.spec.containers[app].imagePullPolicy is "IfNotPresent"',
  ]);
  assert.deepEqual(problems(imagePullPolicySet, "apps/v1:Deployment", deployment()), []);
});

test("lets a Patch leave it out", () => {
  const props = { spec: { template: { spec: { containers: [{ name: "app" }] } } } };
  assert.deepEqual(problems(imagePullPolicySet, "apps/v1:DeploymentPatch", props), []);
});

for (const [pullPolicy, problem] of [
  ["Always", undefined],
  ["Never", 'is "Never"'],
  [undefined, "is not set"],
  [UNKNOWN, "is not known yet"],
] as const) {
  test(`judges ${pullPolicy ?? "no policy"} of an image volume`, () => {
    const volumes = [
      { name: "data", emptyDir: {} },
      { name: "model", image: { reference: "a", pullPolicy } },
    ];
    assert.deepEqual(
      problems(imagePullPolicySet, "apps/v1:Deployment", deployment({ volumes })),
      problem === undefined
        ? []
        : [`spec.template.spec.volumes[model].image.pullPolicy ${problem}`],
    );
  });
}
