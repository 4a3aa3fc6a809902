import assert from "node:assert/strict";
import { test } from "node:test";
import { runsAsNonRoot } from "../../../policy/rules/runs-as-non-root.ts";
import { deployment, goodContainer, problems, UNKNOWN } from "../../support/policy.ts";

const SPEC = "spec.template.spec";
const APP = `${SPEC}.containers[app].securityContext`;

const judge = (podSecurity: unknown, containerSecurity: unknown = {}): string[] =>
  problems(
    runsAsNonRoot,
    "apps/v1:Deployment",
    deployment({
      securityContext: podSecurity,
      containers: [goodContainer({ securityContext: containerSecurity })],
    }),
  );

test("passes what the pod says for all, or every container for itself", () => {
  assert.deepEqual(judge({ runAsNonRoot: true }), []);
  assert.deepEqual(judge({ runAsNonRoot: true, runAsUser: 1000 }, { runAsUser: 1 }), []);
  assert.deepEqual(judge(undefined, { runAsNonRoot: true }), []);
});

test("fails where nobody says it", () => {
  assert.deepEqual(judge({}), [`${APP}.runAsNonRoot is not set`]);
  assert.deepEqual(judge("text", 1), [`${APP}.runAsNonRoot is not set`]);
});

test("fails where somebody says otherwise, whoever it is", () => {
  assert.deepEqual(judge({ runAsNonRoot: false }, { runAsNonRoot: true }), [
    `${SPEC}.securityContext.runAsNonRoot is false`,
  ]);
  assert.deepEqual(judge({ runAsNonRoot: true }, { runAsNonRoot: "true" }), [
    `${APP}.runAsNonRoot is "true"`,
  ]);
});

for (const [user, problem] of [
  [0, "is 0"],
  [-1, "is -1"],
  [1.5, "is 1.5"],
  ["1000", 'is "1000"'],
  [UNKNOWN, "is not known yet"],
] as const) {
  test(`fails a user that ${problem}`, () => {
    assert.deepEqual(judge({ runAsNonRoot: true, runAsUser: user }), [
      `${SPEC}.securityContext.runAsUser ${problem}`,
    ]);
    assert.deepEqual(judge({ runAsNonRoot: true }, { runAsUser: user }), [
      `${APP}.runAsUser ${problem}`,
    ]);
  });
}

test("fails what is not known", () => {
  assert.deepEqual(judge({ runAsNonRoot: UNKNOWN }), [
    `${SPEC}.securityContext.runAsNonRoot is not known yet`,
  ]);
  const props = { spec: { template: { spec: { containers: [UNKNOWN] } } } };
  assert.deepEqual(problems(runsAsNonRoot, "apps/v1:Deployment", props), [
    `${SPEC}.containers[0].securityContext.runAsNonRoot is not known yet`,
    `${SPEC}.containers[0].securityContext.runAsUser is not known yet`,
  ]);
});

test("lets a Patch leave it out, but not say otherwise", () => {
  const patch = (securityContext: object): string[] =>
    problems(runsAsNonRoot, "apps/v1:DeploymentPatch", {
      spec: { template: { spec: { containers: [{ name: "app", securityContext }] } } },
    });
  assert.deepEqual(patch({}), []);
  assert.deepEqual(patch({ runAsNonRoot: false }), [`${APP}.runAsNonRoot is false`]);
});
