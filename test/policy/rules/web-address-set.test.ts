import assert from "node:assert/strict";
import { test } from "node:test";
import { webAddressSet } from "../../../policy/rules/web-address-set.ts";
import { bookWyrm, problems } from "../../support/policy.ts";

const judge = (command: readonly string[], component = "web"): string[] =>
  problems(
    webAddressSet,
    "apps/v1:Deployment",
    bookWyrm(component, { containers: [{ name: "app", command }] }),
  );

const PATH = "spec.template.spec.containers[app].command";

test("passes an address, in every form that gunicorn takes it", () => {
  for (const words of [
    ["--bind=0.0.0.0:8000"],
    ["--bind", "[::]:8000"],
    ["-b", ":8000"],
    ["-b:8000"],
  ]) {
    assert.deepEqual(judge(["gunicorn", ...words]), []);
  }
  assert.deepEqual(judge(["celery", "worker"]), []);
});

test("fails where there is none", () => {
  assert.deepEqual(judge(["gunicorn", "bookwyrm.wsgi:application"]), [`${PATH} has no --bind`]);
  assert.deepEqual(judge(["gunicorn", "--bind="]), [`${PATH} has no --bind`]);
  assert.deepEqual(judge(["gunicorn", "--bind"]), [`${PATH} has no --bind`]);
});

test("has no opinion on another program", () => {
  assert.deepEqual(judge(["gunicorn"], "another"), []);
});
