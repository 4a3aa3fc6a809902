import assert from "node:assert/strict";
import { test } from "node:test";
import type { StackResource } from "../../../policy/rule.ts";
import { networkPolicySelectsPods } from "../../../policy/rules/network-policy-selects-pods.ts";
import { everyWorkload, stackProblems, stackResource, UNKNOWN } from "../../support/policy.ts";
import { programResources, set, withChange, without } from "../../support/program.ts";

const judge = (...resources: readonly StackResource[]): string[] =>
  stackProblems(networkPolicySelectsPods, resources);

const policy = (podSelector: unknown, namespace: unknown = "books"): StackResource =>
  stackResource("kubernetes:networking.k8s.io/v1:NetworkPolicy", "policy", {
    props: { metadata: { namespace }, spec: { podSelector } },
  });

const deployment = (labels: unknown, namespace: unknown = "books"): StackResource =>
  stackResource("kubernetes:apps/v1:Deployment", "app", {
    props: { metadata: { namespace }, spec: { template: { metadata: { labels } } } },
  });

const LABELS = "app: spec.template.metadata.labels";
const UNSELECTED = `${LABELS} are selected by no NetworkPolicy of the namespace`;
const PERHAPS = `${LABELS} may be selected by a NetworkPolicy, but that is not known yet`;

test("passes this program, and fails a pod that loses its label or its policy", async () => {
  const program = await programResources();
  assert.deepEqual(judge(...program), []);
  const label = ["spec", "template", "metadata", "labels", "app.kubernetes.io/part-of"];
  assert.deepEqual(judge(...withChange(program, "Deployment web", set(label, "wiki"))), [
    "web: spec.template.metadata.labels are selected by no NetworkPolicy of the namespace",
  ]);
  const policies = program.filter(({ type }) => type.endsWith(":NetworkPolicy"));
  const bare = without(program, ...policies.map(({ name }) => `NetworkPolicy ${name}`));
  assert.equal(judge(...bare).length, 9);
});

test("passes pods that a policy of their namespace selects", () => {
  assert.deepEqual(judge(deployment({ app: "a" }), policy({})), []);
  assert.deepEqual(judge(deployment({ app: "a" }), policy({ matchLabels: { app: "a" } })), []);
  assert.deepEqual(judge(deployment({}, null), policy({}, "default")), []);
});

test("fails pods that none selects", () => {
  assert.deepEqual(judge(deployment({ app: "a" })), [UNSELECTED]);
  assert.deepEqual(judge(deployment({ app: "a" }), policy({ matchLabels: { app: "b" } })), [
    UNSELECTED,
  ]);
  assert.deepEqual(judge(deployment({ app: "a" }), policy(undefined)), [UNSELECTED]);
  assert.deepEqual(judge(deployment({ app: "a" }), policy({}, "other")), [UNSELECTED]);
});

test("fails pods of every kind, but for a Patch, whose pods are made elsewhere", () => {
  const spec = { containers: [{ name: "app" }] };
  for (const [type, props] of everyWorkload(spec)) {
    const found = judge(stackResource(`kubernetes:${type}`, "app", { props }));
    assert.equal(found.length, type.endsWith("Patch") ? 0 : 1, type);
  }
});

test("says that it is not known yet", () => {
  assert.deepEqual(judge(deployment(UNKNOWN), policy({ matchLabels: { app: "a" } })), [PERHAPS]);
  assert.deepEqual(judge(deployment({ app: "a" }), policy(UNKNOWN)), [PERHAPS]);
  assert.deepEqual(judge(deployment({ app: "a" }), policy(UNKNOWN), policy({})), []);
  assert.deepEqual(judge(deployment({ app: "a" }, UNKNOWN), policy({})), []);
  const [finding] = networkPolicySelectsPods.judgeStack([deployment({}), policy(UNKNOWN)], {});
  assert.equal(finding?.isUnknown, true);
});
