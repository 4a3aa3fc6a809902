import assert from "node:assert/strict";
import { test } from "node:test";
import { workerWithoutBeat } from "../../../policy/rules/worker-without-beat.ts";
import { bookWyrm, problems, UNKNOWN } from "../../support/policy.ts";

const judge = (container: object, component = "worker"): string[] =>
  problems(
    workerWithoutBeat,
    "apps/v1:Deployment",
    bookWyrm(component, { containers: [{ name: "app", ...container }] }),
  );

const PATH = "spec.template.spec.containers[app].command";
const WORKER = ["celery", "--app=celerywyrm", "worker"];

test("passes a worker, and beat itself", () => {
  assert.deepEqual(judge({ command: [...WORKER, "-E", "-l", "info", "--queues=email"] }), []);
  assert.deepEqual(judge({ command: ["celery", "beat", "-B"] }, "beat"), []);
  assert.deepEqual(judge({ command: ["python", "worker", "-B"] }), []);
});

for (const word of ["-B", "--beat", "-EB", "-DEB", "-BE"]) {
  test(`fails ${word}, in any place and in any part of BookWyrm`, () => {
    const expected = [`${PATH} holds ${word}`];
    assert.deepEqual(judge({ command: [...WORKER, word] }), expected);
    assert.deepEqual(judge({ command: ["celery", word, "worker"] }, "web"), expected);
    assert.deepEqual(judge({ command: ["celery"], args: ["worker", word] }), expected);
    assert.deepEqual(
      judge({ command: ["sh", "-c", `exec /venv/bin/celery worker ${word}`] }),
      expected,
    );
    assert.deepEqual(judge({ command: ["python", "-m", "celery", "worker", word] }), expected);
  });
}

test("fails it between the signs of a shell", () => {
  for (const line of [
    `exec "celery" -A celerywyrm worker --beat`,
    "celery -A celerywyrm worker --queues=email --beat; exit 1",
  ]) {
    assert.deepEqual(judge({ command: ["sh", "-c", line] }), [`${PATH} holds --beat`]);
  }
});

test("fails a scheduler in a pod that is not labelled as beat", () => {
  const expected = [`${PATH} runs celery beat`];
  const beat = ["celery", "--app=celerywyrm", "beat", "--loglevel=info"];
  assert.deepEqual(judge({ command: beat }), expected);
  assert.deepEqual(judge({ command: beat }, "web"), expected);
  assert.deepEqual(judge({ command: ["celery"], args: beat.slice(1) }, "flower"), expected);
  assert.deepEqual(
    judge({ command: ["sh", "-c", "celery worker & exec '/venv/bin/celery' beat"] }),
    expected,
  );
  assert.deepEqual(judge({ command: beat }, "beat"), []);
  assert.deepEqual(judge({ command: ["python", "beat.py", "beat"] }), []);
});

test("fails a scheduler in a sidecar of BookWyrm's repository", () => {
  const command = ["celery", "beat"];
  const sidecar = { name: "beat", image: "bookwyrm:1", command, restartPolicy: "Always" };
  const containers = [{ name: "app", image: "bookwyrm:2", command: WORKER }];
  const props = bookWyrm("worker", { initContainers: [sidecar], containers });
  assert.deepEqual(problems(workerWithoutBeat, "apps/v1:Deployment", props), [
    "spec.template.spec.initContainers[beat].command runs celery beat",
  ]);
});

test("leaves a command that is not known to the rule about commands", () => {
  assert.deepEqual(judge({ command: UNKNOWN }), []);
  assert.deepEqual(judge({ command: [...WORKER, UNKNOWN, "-B"] }), []);
  assert.deepEqual(judge({ command: [...WORKER, 1, "-B"] }), []);
});

test("has no opinion on the workers of another program", () => {
  assert.deepEqual(judge({ command: [...WORKER, "-B"] }, "another"), []);
});
