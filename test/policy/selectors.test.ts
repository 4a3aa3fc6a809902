import assert from "node:assert/strict";
import { test } from "node:test";
import type { Pod } from "../../policy/pods.ts";
import { read } from "../../policy/read.ts";
import { type Selection, selects } from "../../policy/selectors.ts";
import { asInPreview, UNKNOWN } from "../support/policy.ts";

const podWith = (labels: unknown): Pod => ({
  kind: "Deployment",
  path: "spec.template",
  template: asInPreview({ metadata: { labels } }),
  isPatch: false,
  isJob: false,
});

const select = (selector: unknown, labels: unknown = { app: "web", tier: "front" }): Selection =>
  selects(read(asInPreview({ selector }), "selector"), podWith(labels));

const expression = (operator: string, ...values: readonly string[]): object => ({
  matchExpressions: [{ key: "app", operator, ...(values.length > 0 && { values }) }],
});

test("an empty selector takes every pod, and a missing one takes none", () => {
  assert.equal(select({}), "yes");
  assert.equal(select({}, null), "yes");
  assert.equal(select(undefined), "no");
  assert.equal(select(null), "no");
});

test("all labels must match", () => {
  assert.equal(select({ matchLabels: { app: "web" } }), "yes");
  assert.equal(select({ matchLabels: { app: "web", tier: "front" } }), "yes");
  assert.equal(select({ matchLabels: { app: "web", tier: "back" } }), "no");
  assert.equal(select({ matchLabels: { other: "web" } }), "no");
  assert.equal(select({ matchLabels: { app: "web" } }, null), "no");
});

test("every operator of an expression is understood, and one that does not exist takes nothing", () => {
  assert.equal(select(expression("In", "api", "web")), "yes");
  assert.equal(select(expression("In", "api")), "no");
  assert.equal(select(expression("NotIn", "api")), "yes");
  assert.equal(select(expression("NotIn", "web")), "no");
  assert.equal(select(expression("Exists")), "yes");
  assert.equal(select(expression("DoesNotExist")), "no");
  assert.equal(select(expression("In", "web"), {}), "no");
  assert.equal(select(expression("NotIn", "web"), {}), "yes");
  assert.equal(select(expression("Exists"), {}), "no");
  assert.equal(select(expression("DoesNotExist"), {}), "yes");
  assert.equal(select(expression("Matches", "web")), "no");
});

test("labels and expressions must hold together", () => {
  const selector = { matchLabels: { tier: "front" }, ...expression("In", "web") };
  assert.equal(select(selector), "yes");
  assert.equal(select(selector, { app: "web" }), "no");
  assert.equal(select(selector, { app: "api", tier: "front" }), "no");
});

test("what is not known yet may match, unless something else does not", () => {
  assert.equal(select(UNKNOWN), "unknown");
  assert.equal(select({}, UNKNOWN), "unknown");
  assert.equal(select({ matchLabels: { app: UNKNOWN } }), "unknown");
  assert.equal(select({ matchLabels: { app: "web" } }, { app: UNKNOWN }), "unknown");
  assert.equal(select(expression("In", "web"), { app: UNKNOWN }), "unknown");
  assert.equal(select(expression("NotIn", "web"), { app: UNKNOWN }), "unknown");
  assert.equal(select({ matchLabels: { app: "web", tier: "x" } }, { app: UNKNOWN }), "no");
});
