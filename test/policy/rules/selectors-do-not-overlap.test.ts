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

test("names ten of many, and looks through all of them for a selector without matchLabels", () => {
  const all = { matchExpressions: [{ key: "app", operator: "Exists" }] };
  const many = Array.from({ length: 12 }, (_, index) =>
    workload(`other-${index.toString()}`, { labels: { app: "a" }, selector: { app: "b" } }),
  );
  const wide = set(["spec", "selector"], all)(workload("wide", { labels: { app: "b" } }));
  assert.deepEqual(judge(wide, ...many).slice(0, 1), [
    "other-0: spec.selector selects the pods of wide as well",
  ]);
  assert.deepEqual(judge(wide, ...many).slice(-1), [
    "wide: spec.selector selects the pods of other-0, other-1, other-10, other-11, other-2, other-3, other-4, other-5, other-6, other-7 and 2 more as well",
  ]);
});

test("passes what may be in another namespace only where it is known to be there", () => {
  const both = { selector: { app: "a" }, labels: { app: "a" } };
  const somewhere = set(["metadata", "namespace"], UNKNOWN)(workload("b", both));
  const elsewhere = workload("d", { ...both, namespace: "other" });
  assert.deepEqual(judge(workload("a", both), somewhere, workload("c", both), elsewhere).sort(), [
    "a: spec.selector selects the pods of b, c as well",
    "b: spec.selector selects the pods of a, c, d as well",
    "c: spec.selector selects the pods of a, b as well",
    "d: spec.selector selects the pods of b as well",
  ]);
});

test("compares by the label that tells pods apart, not by one that all of them have", () => {
  const common = { labels: { part: "shop", app: "a" }, selector: { part: "shop", app: "a" } };
  const other = { labels: { part: "shop", app: "b" }, selector: { part: "shop", app: "b" } };
  assert.deepEqual(judge(workload("one", common), workload("two", other)), []);
  assert.deepEqual(
    judge(workload("one", common), workload("two", { ...other, selector: { part: "shop" } })),
    ["two: spec.selector selects the pods of one as well"],
  );
});
