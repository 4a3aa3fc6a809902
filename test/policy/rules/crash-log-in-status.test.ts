import assert from "node:assert/strict";
import { test } from "node:test";
import { crashLogInStatus } from "../../../policy/rules/crash-log-in-status.ts";
import { bookWyrm, problems, UNKNOWN } from "../../support/policy.ts";

const judge = (
  terminationMessagePolicy: unknown,
  component = "web",
  type = "apps/v1:Deployment",
): string[] =>
  problems(
    crashLogInStatus,
    type,
    bookWyrm(component, { initContainers: [{ name: "app", terminationMessagePolicy }] }),
  );

const PATH = "spec.template.spec.initContainers[app].terminationMessagePolicy";

test("passes the log in place of a message", () => {
  assert.deepEqual(judge("FallbackToLogsOnError"), []);
});

for (const [policy, problem] of [
  ["File", 'is "File"'],
  [undefined, "is not set"],
  [UNKNOWN, "is not known yet"],
] as const) {
  test(`fails a policy that ${problem}`, () => {
    assert.deepEqual(judge(policy), [`${PATH} ${problem}`]);
    assert.deepEqual(judge(policy, "migration", "batch/v1:Job"), [`${PATH} ${problem}`]);
  });
}

test("has no opinion on other programs, and lets a Patch leave it out", () => {
  assert.deepEqual(judge(undefined, "another"), []);
  assert.deepEqual(judge(undefined, "web", "apps/v1:DeploymentPatch"), []);
});
