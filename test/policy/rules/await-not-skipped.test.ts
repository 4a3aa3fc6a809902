import assert from "node:assert/strict";
import { test } from "node:test";
import { awaitNotSkipped } from "../../../policy/rules/await-not-skipped.ts";
import { deployment, problems, UNKNOWN } from "../../support/policy.ts";

const PATH = 'metadata.annotations["pulumi.com/skipAwait"]';

const judge = (value: unknown, type = "apps/v1:Deployment"): string[] =>
  problems(awaitNotSkipped, type, {
    ...deployment(),
    metadata: { annotations: { "pulumi.com/skipAwait": value } },
  });

test("passes a workload that is waited for", () => {
  assert.deepEqual(judge(undefined), []);
  assert.deepEqual(judge("false"), []);
});

test("fails a workload that is not, and one of which that is not known", () => {
  assert.deepEqual(judge("true"), [`${PATH} is "true"`]);
  assert.deepEqual(judge(UNKNOWN), [`${PATH} is not known yet`]);
});

test("lets other resources skip what they like", () => {
  const props = { metadata: { annotations: { "pulumi.com/skipAwait": "true" } } };
  assert.deepEqual(problems(awaitNotSkipped, "core/v1:Service", props), []);
});

test("sees the annotations of every workload in a List", () => {
  const skipping = {
    ...deployment(),
    metadata: { annotations: { "pulumi.com/skipAwait": "true" } },
  };
  const props = { items: [deployment(), skipping] };
  assert.deepEqual(problems(awaitNotSkipped, "apps/v1:DeploymentList", props), [
    `items[1].${PATH} is "true"`,
  ]);
});
