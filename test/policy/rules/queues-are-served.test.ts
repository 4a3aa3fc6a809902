import assert from "node:assert/strict";
import { test } from "node:test";
import { QUEUES } from "../../../model/queues.ts";
import type { StackResource } from "../../../policy/rule.ts";
import { queuesAreServed } from "../../../policy/rules/queues-are-served.ts";
import { UNKNOWN } from "../../../policy/snapshot.ts";
import { stackProblems } from "../../support/policy.ts";
import { programResources, set, withChange, without } from "../../support/program.ts";

const judge = (resources: readonly StackResource[]): string[] =>
  stackProblems(queuesAreServed, resources);

const program = await programResources();
const shared = await programResources({
  workers: [
    { name: "one", queues: QUEUES.slice(0, 5) },
    { name: "two", queues: QUEUES.slice(5) },
  ],
});

const COMMAND = ["spec", "template", "spec", "containers", 0, "command"];
const celery = (...options: readonly string[]): readonly string[] => [
  "celery",
  "--app=celerywyrm",
  "worker",
  ...options,
];
const withCommand = (command: unknown): StackResource[] =>
  withChange(program, "Deployment worker", set(COMMAND, command));

const leaveOut = (name: string, queues: readonly string[]): string[] => [
  `${name}: --queues of all workers leave out ${queues.join(", ")}`,
];

test("passes one worker for all queues, and several that share them", () => {
  assert.deepEqual(judge(program), []);
  assert.deepEqual(judge(shared), []);
  assert.deepEqual(judge(withCommand(celery("-Q", QUEUES.join(",")))), []);
});

test("fails queues that no worker serves", () => {
  assert.deepEqual(
    judge(withCommand(celery(`--queues=${QUEUES.slice(1).join(",")}`))),
    leaveOut("worker", ["high_priority"]),
  );
  assert.deepEqual(judge(withCommand(celery())), leaveOut("worker", QUEUES));
  assert.deepEqual(judge(withCommand(["sleep"])), leaveOut("worker", QUEUES));
  assert.deepEqual(judge(without(shared, "Deployment one")), leaveOut("two", QUEUES.slice(0, 5)));
  assert.deepEqual(judge(without(shared, "Deployment two")), leaveOut("one", QUEUES.slice(5)));
});

test("fails a BookWyrm without a worker, on the first of what it runs", () => {
  assert.deepEqual(judge(without(program, "Deployment worker")), leaveOut("beat", QUEUES));
});

test("a worker that is scaled to nothing serves nothing", () => {
  const scaled = (replicas: unknown): StackResource[] =>
    withChange(shared, "Deployment two", set(["spec", "replicas"], replicas));
  assert.deepEqual(judge(scaled(0)), leaveOut("one", QUEUES.slice(5)));
  assert.deepEqual(judge(scaled(undefined)), []);
  assert.deepEqual(judge(scaled(UNKNOWN)), []);
});

test("says that a command is not known yet", () => {
  const stack = withCommand(UNKNOWN);
  assert.deepEqual(judge(stack), [`worker: --queues may leave out ${QUEUES.join(", ")}`]);
  assert.equal(queuesAreServed.judgeStack(stack, {})[0]?.isUnknown, true);
});

test("leaves Jobs alone, and programs without BookWyrm", () => {
  assert.deepEqual(judge(program.filter(({ type }) => type.endsWith(":Job"))), []);
  assert.deepEqual(judge([]), []);
});
