import assert from "node:assert/strict";
import { test } from "node:test";
import { QUEUES } from "../../../model/queues.ts";
import { workerServesKnownQueues } from "../../../policy/rules/worker-serves-known-queues.ts";
import { bookWyrm, problems } from "../../support/policy.ts";

const judge = (words: readonly string[], config = {}, component = "worker"): string[] =>
  problems(
    workerServesKnownQueues,
    "apps/v1:Deployment",
    bookWyrm(component, { containers: [{ name: "app", command: ["celery", ...words] }] }),
    config,
  );

const PATH = "spec.template.spec.containers[app].command";

test("passes BookWyrm's queues, in every form that celery takes them", () => {
  const all = QUEUES.join(",");
  for (const words of [[`--queues=${all}`], ["--queues", all], ["-Q", all], [`-Q${all}`]]) {
    assert.deepEqual(judge(["worker", ...words]), []);
  }
});

test("fails a worker that names none", () => {
  assert.deepEqual(judge(["worker", "--loglevel=info"]), [`${PATH} has no --queues`]);
});

test("fails a queue that is not BookWyrm's, and every one of several", () => {
  assert.deepEqual(judge(["worker", "--queues=email,emails,"]), [
    `${PATH} serves "emails", to which BookWyrm sends nothing, serves "", to which BookWyrm sends nothing`,
  ]);
  assert.deepEqual(judge(["worker", "-Q"]), [`${PATH} serves "", to which BookWyrm sends nothing`]);
});

test("judges what celery takes: the last one", () => {
  assert.deepEqual(judge(["worker", "-Q", "emails", "-Q", "email"]), []);
});

test("passes a queue of the configuration", () => {
  assert.deepEqual(judge(["worker", "--queues=celery"], { otherQueues: ["celery"] }), []);
});

test("has no opinion on what is no worker, and on another program", () => {
  assert.deepEqual(judge(["beat"], {}, "beat"), []);
  assert.deepEqual(judge(["worker"], {}, "another"), []);
});
