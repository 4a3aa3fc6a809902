import assert from "node:assert/strict";
import { test } from "node:test";
import { codeNotHidden } from "../../../policy/rules/code-not-hidden.ts";
import { bookWyrm, problems, UNKNOWN } from "../../support/policy.ts";

const judge = (mountPath: unknown, component = "web"): string[] =>
  problems(
    codeNotHidden,
    "apps/v1:Deployment",
    bookWyrm(component, { containers: [{ name: "app", volumeMounts: [{ mountPath }] }] }),
  );

const PATH = "spec.template.spec.containers[app].volumeMounts[0].mountPath";

for (const path of [
  "/app/images",
  "/app/images/",
  "/app/static/css",
  "/app/exports",
  "/tmp",
  "/application",
  "/opt/app",
]) {
  test(`passes ${path}`, () => {
    assert.deepEqual(judge(path), []);
  });
}

for (const path of [
  "/",
  "/app",
  "/app/",
  "//app",
  "/opt/../app",
  "/app/bookwyrm",
  "/app/bookwyrm/static",
  "/app/images2",
  "/app/images/../celerywyrm",
  "/app/.env",
  "app",
  "",
]) {
  test(`fails "${path}"`, () => {
    assert.deepEqual(judge(path), [`${PATH} is "${path}"`]);
  });
}

test("fails a path that is not set, no text, or not known", () => {
  assert.deepEqual(judge(undefined), [`${PATH} is not set`]);
  assert.deepEqual(judge(1), [`${PATH} is 1`]);
  assert.deepEqual(judge(UNKNOWN), [`${PATH} is not known yet`]);
});

test("fails mounts of which nothing is known, in init containers too", () => {
  const initContainers = [{ name: "prepare", volumeMounts: UNKNOWN }];
  const props = bookWyrm("migration", { initContainers });
  assert.deepEqual(problems(codeNotHidden, "batch/v1:Job", props), [
    "spec.template.spec.initContainers[prepare].volumeMounts[0].mountPath is not known yet",
  ]);
});

test("lets other images have their code elsewhere", () => {
  assert.deepEqual(judge("/app", "postgres"), []);
});
