import assert from "node:assert/strict";
import { test } from "node:test";
import { gunicornArguments, optionOf, wordsOf, workerArguments } from "../../policy/commands.ts";
import { type Container, containersOf, podsOf } from "../../policy/pods.ts";
import { asInPreview, deployment, UNKNOWN } from "../support/policy.ts";

const containerOf = (container: unknown): Container => {
  const props = asInPreview(deployment({ containers: [container] }));
  const [first] = podsOf({ type: "kubernetes:apps/v1:Deployment", props }).flatMap(containersOf);
  assert.ok(first);
  return first;
};

const words = (container: unknown): unknown => wordsOf(containerOf(container));

test("a command line is command and args, word by word", () => {
  assert.deepEqual(words({ command: ["sh", "-c", " exec  a\n-b "], args: ["c"] }), [
    "sh",
    "-c",
    "exec",
    "a",
    "-b",
    "c",
  ]);
  assert.deepEqual(words({ args: ["a"] }), ["a"]);
  assert.deepEqual(words({}), []);
});

test("signs of a shell belong to no word", () => {
  const line = `(exec "celery" worker --queues='email' --beat; exit 1)&& \`'gunicorn'\`>log`;
  assert.deepEqual(words({ command: ["sh", "-c", line] }), [
    ...["sh", "-c", "exec", "celery", "worker", "--queues=email", "--beat", "exit", "1"],
    ...["gunicorn", "log"],
  ]);
  assert.deepEqual(words({ command: ["gunicorn", "--workers=$(WORKERS)"] }), [
    "gunicorn",
    "--workers=$(WORKERS)",
  ]);
});

test("a command line of which a part is not known, or no text, is none", () => {
  for (const odd of [UNKNOWN, 1, null]) {
    assert.equal(words({ command: ["a"], args: [odd] }), undefined);
    assert.equal(words({ command: [odd, "a"] }), undefined);
  }
  assert.equal(words({ command: UNKNOWN }), undefined);
  assert.equal(words(UNKNOWN), undefined);
});

test("the arguments of a program are what follows it, wherever it lies", () => {
  const run = (line: string): Container => containerOf({ command: ["sh", "-c", line] });
  assert.deepEqual(gunicornArguments(run("exec /venv/bin/gunicorn -w 2 app")), ["-w", "2", "app"]);
  assert.equal(gunicornArguments(run("celery worker")), undefined);
  assert.deepEqual(workerArguments(run("exec celery -A app worker")), ["-A", "app", "worker"]);
  assert.equal(workerArguments(run("worker celery beat")), undefined);
});

for (const [line, expected] of [
  ["--queues=a", "a"],
  ["--queues a", "a"],
  ["-Q a", "a"],
  ["-Qa", "a"],
  ["--queues=a --queues=b", "b"],
  ["--queues=", ""],
  ["--queues", ""],
  ["--queues-of=a", undefined],
  ["--Q=a", undefined],
  ["", undefined],
] as const) {
  test(`the queues of "${line}"`, () => {
    assert.equal(optionOf(line.split(" "), "--queues", "-Q"), expected);
  });
}
