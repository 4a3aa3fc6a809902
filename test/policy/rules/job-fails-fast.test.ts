import assert from "node:assert/strict";
import { test } from "node:test";
import { jobFailsFast } from "../../../policy/rules/job-fails-fast.ts";
import { bookWyrm, problems, UNKNOWN } from "../../support/policy.ts";

const GOOD = { backoffLimit: 0, activeDeadlineSeconds: 60 };

const judge = (
  spec: object,
  podSpec: object = { restartPolicy: "Never" },
  component = "migration",
  type = "batch/v1:Job",
): string[] => problems(jobFailsFast, type, bookWyrm(component, podSpec, { ...GOOD, ...spec }));

test("passes a Job that ends at its first error, or its second", () => {
  assert.deepEqual(judge({}), []);
  assert.deepEqual(judge({ backoffLimit: 1, activeDeadlineSeconds: 1 }), []);
  assert.deepEqual(judge({ completions: 1 }), []);
});

for (const [spec, problem] of [
  [{ backoffLimit: 2 }, "backoffLimit is 2"],
  [{ backoffLimit: "0" }, 'backoffLimit is "0"'],
  [{ backoffLimit: undefined }, "backoffLimit is not set"],
  [{ backoffLimit: UNKNOWN }, "backoffLimit is not known yet"],
  [{ activeDeadlineSeconds: 0 }, "activeDeadlineSeconds is 0"],
  [{ activeDeadlineSeconds: "60" }, 'activeDeadlineSeconds is "60"'],
  [{ activeDeadlineSeconds: undefined }, "activeDeadlineSeconds is not set"],
  [{ completions: 0 }, "completions is 0"],
  [{ completions: UNKNOWN }, "completions is not known yet"],
] as const) {
  test(`fails: ${problem}`, () => {
    assert.deepEqual(judge(spec), [`spec.${problem}`]);
    assert.deepEqual(judge(spec, { restartPolicy: "Never" }, "smoke"), [`spec.${problem}`]);
  });
}

for (const [restartPolicy, problem] of [
  ["OnFailure", 'is "OnFailure"'],
  [undefined, "is not set"],
] as const) {
  test(`fails a restart policy that ${problem}`, () => {
    assert.deepEqual(judge({}, { restartPolicy }), [`spec.template.spec.restartPolicy ${problem}`]);
  });
}

test("judges what a CronJob starts", () => {
  const props = { spec: { jobTemplate: bookWyrm("migration", {}, GOOD) } };
  assert.deepEqual(problems(jobFailsFast, "batch/v1:CronJob", props), [
    "spec.jobTemplate.spec.template.spec.restartPolicy is not set",
  ]);
  assert.deepEqual(
    problems(jobFailsFast, "core/v1:List", { items: [{ kind: "CronJob", ...props }] }),
    ["items[0].spec.jobTemplate.spec.template.spec.restartPolicy is not set"],
  );
});

test("has no opinion on other Jobs and kinds, and lets a Patch leave it out", () => {
  const unset = { backoffLimit: undefined, activeDeadlineSeconds: undefined };
  assert.deepEqual(judge(unset, {}, "another"), []);
  assert.deepEqual(judge(unset, {}, "web", "apps/v1:Deployment"), []);
  assert.deepEqual(judge(unset, {}, "migration", "batch/v1:JobPatch"), []);
});
