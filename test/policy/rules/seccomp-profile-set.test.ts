import assert from "node:assert/strict";
import { test } from "node:test";
import { seccompProfileSet } from "../../../policy/rules/seccomp-profile-set.ts";
import { deployment, goodContainer, problems, UNKNOWN } from "../../support/policy.ts";

const SPEC = "spec.template.spec";

const judge = (ofPod: unknown, ofContainer?: unknown, podSpec: object = {}): string[] =>
  problems(
    seccompProfileSet,
    "apps/v1:Deployment",
    deployment({
      securityContext: { seccompProfile: ofPod },
      containers: [goodContainer({ securityContext: { seccompProfile: ofContainer } })],
      ...podSpec,
    }),
  );

test("passes a profile of the pod, of the container, or of the node", () => {
  assert.deepEqual(judge({ type: "RuntimeDefault" }), []);
  assert.deepEqual(judge(undefined, { type: "RuntimeDefault" }), []);
  assert.deepEqual(judge({ type: "Localhost", localhostProfile: "app.json" }), []);
});

for (const [type, problem] of [
  ["Unconfined", 'is "Unconfined"'],
  ["runtimedefault", 'is "runtimedefault"'],
  [1, "is 1"],
  [UNKNOWN, "is not known yet"],
] as const) {
  test(`fails a type that ${problem}`, () => {
    assert.deepEqual(judge({ type }), [`${SPEC}.securityContext.seccompProfile.type ${problem}`]);
    assert.deepEqual(judge({ type: "RuntimeDefault" }, { type }), [
      `${SPEC}.containers[app].securityContext.seccompProfile.type ${problem}`,
    ]);
  });
}

test("fails where neither the pod nor the container names one", () => {
  assert.deepEqual(judge(undefined), [
    `${SPEC}.containers[app].securityContext.seccompProfile.type is not set`,
  ]);
});

test("asks nothing of a pod for Windows, which has no seccomp", () => {
  assert.deepEqual(judge(undefined, undefined, { os: { name: "windows" } }), []);
});
