import assert from "node:assert/strict";
import { test } from "node:test";
import { noOpaqueCarriers } from "../../../policy/rules/no-opaque-carriers.ts";
import { problems } from "../../support/policy.ts";

const judge = (type: string, ...allowed: string[]): string[] =>
  problems(noOpaqueCarriers, type, {}, { allowed });

test("passes what shows its objects, and what is allowed by name", () => {
  assert.deepEqual(judge("helm.sh/v4:Chart"), []);
  assert.deepEqual(judge("apps/v1:Deployment"), []);
  assert.deepEqual(judge("helm.sh/v3:Release", "subject"), []);
});

test("fails a Helm release", () => {
  assert.deepEqual(judge("helm.sh/v3:Release", "another"), [
    "kubernetes:helm.sh/v3:Release hides the workloads that it makes",
  ]);
});
