import assert from "node:assert/strict";
import { test } from "node:test";
import { beatIsSingle } from "../../../policy/rules/beat-is-single.ts";
import { bookWyrm, problems, UNKNOWN } from "../../support/policy.ts";

const GOOD = { replicas: 1, strategy: { type: "Recreate" } };

const judge = (spec: object, component = "beat", type = "apps/v1:Deployment"): string[] =>
  problems(beatIsSingle, type, bookWyrm(component, { containers: [] }, { ...GOOD, ...spec }));

test("passes one pod that is stopped before the next one starts", () => {
  assert.deepEqual(judge({}), []);
  assert.deepEqual(judge({ strategy: undefined }, "beat", "apps/v1:StatefulSet"), []);
});

for (const [replicas, problem] of [
  [2, "is 2"],
  ["1", 'is "1"'],
  [undefined, "is not set"],
  [UNKNOWN, "is not known yet"],
] as const) {
  test(`fails replicas where they are: ${problem}`, () => {
    for (const type of ["apps/v1:Deployment", "apps/v1:StatefulSet"]) {
      assert.deepEqual(judge({ replicas }, "beat", type), [`spec.replicas ${problem}`]);
    }
  });
}

test("fails a rolling update, also where it is left to Kubernetes", () => {
  assert.deepEqual(judge({ strategy: { type: "RollingUpdate" } }), [
    'spec.strategy.type is "RollingUpdate"',
  ]);
  assert.deepEqual(judge({ strategy: undefined }), ["spec.strategy.type is not set"]);
  assert.deepEqual(judge({ strategy: UNKNOWN }), ["spec.strategy.type is not known yet"]);
});

test("fails every kind that makes more than one pod, or starts the next one early", () => {
  for (const kind of ["DaemonSet", "ReplicaSet"]) {
    assert.deepEqual(judge({}, "beat", `apps/v1:${kind}`), [
      `spec.template is a pod of beat in a ${kind}, which does not keep to one`,
    ]);
  }
  const metadata = {
    labels: { "app.kubernetes.io/part-of": "bookwyrm", "app.kubernetes.io/component": "beat" },
  };
  assert.deepEqual(problems(beatIsSingle, "core/v1:Pod", { metadata, spec: {} }), [
    "spec is a pod of beat in a Pod, which does not keep to one",
  ]);
});

test("judges Lists and Patches, which may leave it out", () => {
  const items = [bookWyrm("beat", {}, { ...GOOD, replicas: 2 })];
  assert.deepEqual(problems(beatIsSingle, "apps/v1:DeploymentList", { items }), [
    "items[0].spec.replicas is 2",
  ]);
  const unset = { replicas: undefined, strategy: undefined };
  assert.deepEqual(judge(unset, "beat", "apps/v1:DeploymentPatch"), []);
  assert.deepEqual(judge({ replicas: 2 }, "beat", "apps/v1:DeploymentPatch"), [
    "spec.replicas is 2",
  ]);
});

test("has no opinion on other workloads", () => {
  assert.deepEqual(judge({ replicas: 2, strategy: undefined }, "web"), []);
  const labels = {
    "app.kubernetes.io/part-of": "another",
    "app.kubernetes.io/component": "beat",
  };
  const props = { spec: { replicas: 2, template: { metadata: { labels } } } };
  assert.deepEqual(problems(beatIsSingle, "apps/v1:Deployment", props), []);
});
