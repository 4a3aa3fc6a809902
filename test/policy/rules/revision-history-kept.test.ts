import assert from "node:assert/strict";
import { test } from "node:test";
import { revisionHistoryKept } from "../../../policy/rules/revision-history-kept.ts";
import { problems, UNKNOWN } from "../../support/policy.ts";

const PATH = "spec.revisionHistoryLimit";

const judge = (revisionHistoryLimit: unknown, kind = "Deployment"): string[] =>
  problems(revisionHistoryKept, `apps/v1:${kind}`, { spec: { revisionHistoryLimit } });

test("passes what keeps one revision, or all that Kubernetes keeps", () => {
  assert.deepEqual(judge(undefined), []);
  assert.deepEqual(judge(1), []);
});

for (const [limit, problem] of [
  [0, "is 0"],
  [1.5, "is 1.5"],
  ["1", 'is "1"'],
  [UNKNOWN, "is not known yet"],
] as const) {
  test(`fails a limit that ${problem}`, () => {
    for (const kind of ["Deployment", "StatefulSet", "DaemonSet", "DeploymentPatch"]) {
      assert.deepEqual(judge(limit, kind), [`${PATH} ${problem}`]);
    }
  });
}

test("has no opinion on kinds without revisions", () => {
  assert.deepEqual(judge(0, "ReplicaSet"), []);
});
