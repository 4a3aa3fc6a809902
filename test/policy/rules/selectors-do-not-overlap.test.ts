import assert from "node:assert/strict";
import { test } from "node:test";
import type { StackResource } from "../../../policy/rule.ts";
import { selectorsDoNotOverlap } from "../../../policy/rules/selectors-do-not-overlap.ts";
import { UNKNOWN } from "../../../policy/snapshot.ts";
import { stackProblems, stackResource } from "../../support/policy.ts";
import { programResources, set, withChange } from "../../support/program.ts";

const judge = (...resources: readonly StackResource[]): string[] =>
  stackProblems(selectorsDoNotOverlap, resources);

const workload = (
  name: string,
  { kind = "Deployment", namespace = "books", selector = {}, labels = {} } = {},
): StackResource =>
  stackResource(`kubernetes:apps/v1:${kind}`, name, {
    props: {
      metadata: { namespace },
      spec: { selector: { matchLabels: selector }, template: { metadata: { labels } } },
    },
  });

test("passes this program, and fails a selector that loses what tells it from others", async () => {
  const program = await programResources();
  assert.deepEqual(judge(...program), []);
  const selector = { "app.kubernetes.io/part-of": "bookwyrm" };
  const stack = withChange(
    program,
    "Deployment web",
    set(["spec", "selector", "matchLabels"], selector),
  );
  assert.deepEqual(judge(...stack), [
    "web: spec.selector selects the pods of beat, flower, postgres, redis-activity, redis-broker, worker as well",
  ]);
});

test("fails both of two that select each other's pods, of whatever kind", () => {
  const both = { selector: { app: "a" }, labels: { app: "a" } };
  for (const kind of ["Deployment", "StatefulSet", "DaemonSet", "ReplicaSet"]) {
    assert.deepEqual(judge(workload("one", both), workload("two", { ...both, kind })).sort(), [
      "one: spec.selector selects the pods of two as well",
      "two: spec.selector selects the pods of one as well",
    ]);
  }
});

test("passes what tells its pods from others, and other namespaces", () => {
  const a = workload("one", { selector: { app: "a" }, labels: { app: "a" } });
  assert.deepEqual(judge(a), []);
  assert.deepEqual(judge(a, workload("two", { selector: { app: "b" }, labels: { app: "b" } })), []);
  const elsewhere = { namespace: "other", selector: { app: "a" }, labels: { app: "a" } };
  assert.deepEqual(judge(a, workload("two", elsewhere)), []);
});

test("leaves Jobs, whose selectors are their own, and what is not known", () => {
  const a = workload("one", { selector: { app: "a" }, labels: { app: "a" } });
  assert.deepEqual(judge(a, workload("two", { kind: "Job", labels: { app: "a" } })), []);
  const b = workload("two", { selector: { app: "b" } });
  const unlabelled = set(["spec", "template", "metadata", "labels"], UNKNOWN);
  assert.deepEqual(judge(a, unlabelled(b)), []);
});
