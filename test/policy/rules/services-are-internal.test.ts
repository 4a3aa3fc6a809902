import assert from "node:assert/strict";
import { test } from "node:test";
import { servicesAreInternal } from "../../../policy/rules/services-are-internal.ts";
import { problems, UNKNOWN } from "../../support/policy.ts";

const PART_OF = { "app.kubernetes.io/part-of": "bookwyrm" };

const judge = (props: object, type = "core/v1:Service"): string[] =>
  problems(servicesAreInternal, type, props);
const judgeSpec = (spec: object): string[] => judge({ spec: { selector: PART_OF, ...spec } });

test("passes a Service within the cluster", () => {
  assert.deepEqual(judgeSpec({}), []);
  assert.deepEqual(judgeSpec({ type: "ExternalName", externalName: "mail.example.org" }), []);
  assert.deepEqual(judgeSpec({ type: "ClusterIP", externalIPs: [] }), []);
});

test("fails every type that opens a port outside", () => {
  for (const type of ["LoadBalancer", "NodePort"]) {
    assert.deepEqual(judgeSpec({ type }), [`spec.type is "${type}"`]);
  }
  assert.deepEqual(judgeSpec({ type: UNKNOWN }), ["spec.type is not known yet"]);
});

test("fails addresses of the nodes", () => {
  assert.deepEqual(judgeSpec({ externalIPs: ["192.0.2.1", UNKNOWN] }), [
    'spec.externalIPs[0] is "192.0.2.1"',
    "spec.externalIPs[1] is not known yet",
  ]);
});

test("knows BookWyrm's Services by their own label as well", () => {
  const labelled = { metadata: { labels: PART_OF }, spec: { type: "NodePort" } };
  const found = 'spec.type is "NodePort"';
  assert.deepEqual(judge(labelled), [found]);
  assert.deepEqual(judge(labelled, "core/v1:ServicePatch"), [found]);
  assert.deepEqual(judge({ items: [labelled] }, "core/v1:ServiceList"), [`items[0].${found}`]);
});

test("leaves Services of others alone", () => {
  assert.deepEqual(judge({ spec: { type: "LoadBalancer" } }), []);
  const selector = { "app.kubernetes.io/part-of": "wiki" };
  assert.deepEqual(judge({ spec: { type: "LoadBalancer", selector } }), []);
  assert.deepEqual(judge({ metadata: { labels: PART_OF } }, "apps/v1:Deployment"), []);
});
