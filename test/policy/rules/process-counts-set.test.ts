import assert from "node:assert/strict";
import { test } from "node:test";
import { processCountsSet } from "../../../policy/rules/process-counts-set.ts";
import { bookWyrm, problems } from "../../support/policy.ts";

const judge = (command: readonly unknown[], component = "web"): string[] =>
  problems(
    processCountsSet,
    "apps/v1:Deployment",
    bookWyrm(component, { containers: [{ name: "app", command }] }),
  );

const PATH = "spec.template.spec.containers[app].command";
const GUNICORN = ["gunicorn", "bookwyrm.wsgi:application"];
const WORKER = ["celery", "-A", "celerywyrm", "worker"];

test("passes a number, in every form that the programs take it", () => {
  for (const words of [["--workers=2"], ["--workers", "2"], ["-w", "2"], ["-w2"]]) {
    assert.deepEqual(judge([...GUNICORN, ...words]), []);
  }
  for (const words of [["--concurrency=8"], ["--concurrency", "8"], ["-c", "8"], ["-c10"]]) {
    assert.deepEqual(judge([...WORKER, ...words]), []);
  }
  assert.deepEqual(judge(["celery", "beat"], "beat"), []);
});

test("fails where it is not set", () => {
  assert.deepEqual(judge(GUNICORN), [`${PATH} has no --workers`]);
  assert.deepEqual(judge(WORKER), [`${PATH} has no --concurrency`]);
  assert.deepEqual(judge(["/venv/bin/gunicorn", "--worker-class=gthread"]), [
    `${PATH} has no --workers`,
  ]);
});

for (const count of ["0", "-1", "two", "", "$(WORKERS)", "02"]) {
  test(`fails "${count}"`, () => {
    assert.deepEqual(judge([...GUNICORN, `--workers=${count}`]), [
      `${PATH} has --workers "${count}"`,
    ]);
    assert.deepEqual(judge([...WORKER, `--concurrency=${count}`]), [
      `${PATH} has --concurrency "${count}"`,
    ]);
  });
}

test("has no opinion on another program", () => {
  assert.deepEqual(judge(GUNICORN, "another"), []);
});
