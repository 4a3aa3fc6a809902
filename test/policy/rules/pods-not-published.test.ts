import assert from "node:assert/strict";
import { test } from "node:test";
import type { StackResource } from "../../../policy/rule.ts";
import { podsNotPublished } from "../../../policy/rules/pods-not-published.ts";
import { stackProblems, stackResource, UNKNOWN } from "../../support/policy.ts";
import { programResources } from "../../support/program.ts";

const judge = (...resources: readonly StackResource[]): string[] =>
  stackProblems(podsNotPublished, resources);

const BOOKWYRM = { "app.kubernetes.io/part-of": "bookwyrm" };
const FLOWER = { "app.kubernetes.io/component": "flower" };

const workload = (labels: object = { ...BOOKWYRM, ...FLOWER }, namespace = "books") =>
  stackResource("kubernetes:apps/v1:Deployment", "flower", {
    props: { metadata: { namespace }, spec: { template: { metadata: { labels } } } },
  });

const service = (spec: object, metadata: object = {}): StackResource =>
  stackResource("kubernetes:core/v1:Service", "door", {
    props: { metadata: { namespace: "books", ...metadata }, spec },
  });

const OPEN = { type: "NodePort", selector: FLOWER };
const REFUSED = 'door: spec.type is "NodePort", and it selects the pods of flower';

/** An opened Service beside the pods of a component, which it selects by that label alone. */
function doorTo(program: readonly StackResource[], component: string, type: string): StackResource {
  const workload = program.find(
    (each) => /:(?:Deployment|StatefulSet)$/.test(each.type) && each.name === component,
  );
  const { metadata } = workload?.props as { readonly metadata: { readonly namespace: string } };
  const { namespace } = metadata;
  const selector = { "app.kubernetes.io/component": component };
  return stackResource("kubernetes:core/v1:Service", "door", {
    props: { metadata: { namespace }, spec: { type, selector } },
    provider: workload?.provider,
  });
}

test("passes this program, and fails a Service that opens its pods by another label", async () => {
  const program = await programResources();
  assert.deepEqual(judge(...program), []);
  assert.deepEqual(judge(...program, doorTo(program, "web", "LoadBalancer")), [
    'door: spec.type is "LoadBalancer", and it selects the pods of web',
  ]);
});

test("fails every way from outside to a pod of BookWyrm", () => {
  assert.deepEqual(judge(workload(), service(OPEN)), [REFUSED]);
  assert.deepEqual(judge(workload(), service({ selector: FLOWER, externalIPs: ["192.0.2.1"] })), [
    'door: spec.externalIPs[0] is "192.0.2.1", and it selects the pods of flower',
  ]);
  assert.deepEqual(judge(workload(), service({ ...OPEN, type: UNKNOWN })), [
    "door: spec.type is not known yet, and it selects the pods of flower",
  ]);
});

test("passes Services within the cluster, and those of other pods", () => {
  assert.deepEqual(judge(workload(), service({ selector: FLOWER })), []);
  assert.deepEqual(judge(workload({ ...FLOWER }), service(OPEN)), []);
  assert.deepEqual(judge(workload(), service({ ...OPEN, selector: { app: "wiki" } })), []);
  assert.deepEqual(judge(workload(undefined, "other"), service(OPEN)), []);
  assert.deepEqual(judge(service(OPEN)), []);
});

test("fails a Service that opens a database", async () => {
  const program = await programResources();
  assert.deepEqual(judge(...program, doorTo(program, "postgres", "NodePort")), [
    'door: spec.type is "NodePort", and it selects the pods of postgres',
  ]);
});

test("what a Service may select is not known", () => {
  const may = 'door: spec.type is "NodePort", and it may select the pods of flower';
  for (const selector of [UNKNOWN, { "app.kubernetes.io/component": UNKNOWN }]) {
    const resources = [workload(), service({ ...OPEN, selector })];
    assert.deepEqual(judge(...resources), [may]);
    assert.deepEqual(
      podsNotPublished.judgeStack(resources, {}).map(({ isUnknown }) => isUnknown),
      [true],
    );
  }
  const [certain] = podsNotPublished.judgeStack([workload(), service(OPEN)], {});
  assert.equal(certain?.isUnknown, undefined);
});

test("leaves a Service that selects nothing", () => {
  const noSelector = { type: "NodePort" };
  assert.deepEqual(judge(workload(), service(noSelector)), []);
  assert.deepEqual(judge(workload(), service({ ...noSelector, selector: {} })), []);
});

test("leaves what services-are-internal refuses before it is created", () => {
  assert.deepEqual(judge(workload(), service(OPEN, { labels: BOOKWYRM })), []);
  assert.deepEqual(
    judge(workload(), service({ ...OPEN, selector: { ...FLOWER, ...BOOKWYRM } })),
    [],
  );
});
