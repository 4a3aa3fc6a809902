import assert from "node:assert/strict";
import { test } from "node:test";
import { containersOf, podsOf } from "../../policy/pods.ts";
import { asInPreview, everyWorkload, UNKNOWN } from "../support/policy.ts";

const paths = (type: string, props: object): string[] =>
  podsOf({ type: `kubernetes:${type}`, props: asInPreview(props) })
    .flatMap(containersOf)
    .map(({ path }) => path);

const SPEC = {
  initContainers: [{ name: "prepare" }],
  containers: [{ name: "app" }, {}],
  ephemeralContainers: [{ name: "debug" }],
};

for (const [type, props, path] of everyWorkload(SPEC)) {
  test(`all containers of ${type} are seen`, () => {
    assert.deepEqual(paths(type, props), [
      `${path}.initContainers[prepare]`,
      `${path}.containers[app]`,
      `${path}.containers[1]`,
      `${path}.ephemeralContainers[debug]`,
    ]);
  });
}

test("a resource without pods has none", () => {
  assert.deepEqual(paths("core/v1:ConfigMap", { data: { spec: "x" } }), []);
  assert.deepEqual(paths("core/v1:Service", { spec: { selector: {} } }), []);
  assert.deepEqual(paths("cert-manager.io/v1:Thing", { spec: { template: { a: 1 } } }), []);
});

test("an unknown part is one unknown container, and hides no other", () => {
  const deployment = (spec: unknown): string[] =>
    paths("apps/v1:Deployment", { spec: { template: { spec } } });
  assert.deepEqual(deployment(UNKNOWN), ["spec.template.spec.containers"]);
  assert.deepEqual(deployment({ containers: UNKNOWN, initContainers: [{ name: "a" }] }), [
    "spec.template.spec.initContainers[a]",
    "spec.template.spec.containers",
  ]);
  assert.deepEqual(deployment({ containers: [UNKNOWN, { name: "b" }] }), [
    "spec.template.spec.containers[0]",
    "spec.template.spec.containers[b]",
  ]);
  assert.deepEqual(paths("apps/v1:Deployment", { spec: UNKNOWN }), [
    "spec.template.spec.containers",
  ]);
  assert.deepEqual(paths("core/v1:List", { items: UNKNOWN }), [
    "items[0].spec.template.spec.containers",
  ]);
});

test("values of a wrong type are never an exception", () => {
  for (const odd of [null, 1, "text", [], [null], true, {}]) {
    for (const props of [
      { spec: odd },
      { spec: { template: odd } },
      { spec: { template: { spec: odd } } },
      { spec: { template: { spec: { containers: odd } } } },
    ]) {
      paths("apps/v1:Deployment", props);
    }
    paths("core/v1:List", { items: odd });
  }
});

test("a List of Services has no pods, even where nothing is known of it", () => {
  assert.deepEqual(paths("core/v1:ServiceList", { items: UNKNOWN }), []);
});

test("an object of unknown kind counts as a workload where it has the form of one", () => {
  const items = [
    { kind: UNKNOWN, spec: { template: { spec: { containers: [{ name: "app" }] } } } },
  ];
  assert.deepEqual(paths("core/v1:List", { items }), [
    "items[0].spec.template.spec.containers[app]",
  ]);
  assert.deepEqual(paths("core/v1:List", { items: [{ kind: UNKNOWN, spec: {} }] }), []);
});

test("a custom resource has pods where its template has containers, known or not", () => {
  const custom = (template: unknown): string[] =>
    paths("argoproj.io/v1alpha1:Rollout", { spec: { template } });
  assert.deepEqual(custom({ spec: { containers: UNKNOWN } }), ["spec.template.spec.containers"]);
  assert.deepEqual(custom({ spec: UNKNOWN }), ["spec.template.spec.containers"]);
  assert.deepEqual(custom(UNKNOWN), []);
});

test("pods know their kind, and whether they are those of a Job or of a Patch", () => {
  const described = (type: string, props: object): string[] =>
    podsOf({ type: `kubernetes:${type}`, props: asInPreview(props) }).map(
      ({ kind, path, isJob, isPatch }) =>
        `${kind} ${path}${isJob ? " Job" : ""}${isPatch ? " Patch" : ""}`,
    );
  const usual = { spec: { template: { spec: SPEC } } };
  assert.deepEqual(described("core/v1:Pod", { spec: SPEC }), ["Pod "]);
  assert.deepEqual(described("batch/v1:Job", usual), ["Job spec.template Job"]);
  assert.deepEqual(described("batch/v1:CronJob", { spec: { jobTemplate: usual } }), [
    "CronJob spec.jobTemplate.spec.template Job",
  ]);
  assert.deepEqual(described("batch/v1:JobPatch", usual), ["Job spec.template Job Patch"]);
  assert.deepEqual(described("core/v1:PodList", { items: [{ spec: SPEC }] }), ["Pod items[0]"]);
  assert.deepEqual(described("apps/v1:Deployment", {}), []);
});
