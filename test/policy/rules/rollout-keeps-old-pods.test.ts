import assert from "node:assert/strict";
import { test } from "node:test";
import { rolloutKeepsOldPods } from "../../../policy/rules/rollout-keeps-old-pods.ts";
import { bookWyrm, problems, UNKNOWN } from "../../support/policy.ts";

const judge = (strategy: unknown, component = "web", type = "apps/v1:Deployment"): string[] =>
  problems(rolloutKeepsOldPods, type, bookWyrm(component, { containers: [] }, { strategy }));

/** On another kind than a Deployment. */
const judgeKind = (type: string, component: string, spec: object = {}): string[] =>
  problems(rolloutKeepsOldPods, type, bookWyrm(component, { containers: [] }, spec));

const judgeDeployment = (spec: object, component = "web"): string[] =>
  judgeKind("apps/v1:Deployment", component, { strategy: GOOD, ...spec });

const GOOD = { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 0 } };

const PATH = "spec.strategy.rollingUpdate.maxUnavailable";

test("passes a rolling update that takes nothing away first, and a recreation of what is single", () => {
  assert.deepEqual(judge({ rollingUpdate: { maxUnavailable: 0 } }), []);
  assert.deepEqual(judge({ type: "RollingUpdate", rollingUpdate: { maxUnavailable: "0%" } }), []);
  assert.deepEqual(judge({ type: "Recreate" }, "beat"), []);
  assert.deepEqual(judge({ type: "Recreate" }, "flower"), []);
});

for (const [maxUnavailable, problem] of [
  [1, "is 1"],
  ["25%", 'is "25%"'],
  ["0", 'is "0"'],
  [undefined, "is not set"],
  [UNKNOWN, "is not known yet"],
] as const) {
  test(`fails a number of pods that ${problem}`, () => {
    for (const component of ["web", "worker"]) {
      for (const type of ["RollingUpdate", undefined]) {
        assert.deepEqual(judge({ type, rollingUpdate: { maxUnavailable } }, component), [
          `${PATH} ${problem}`,
        ]);
      }
    }
  });
}

test("fails a strategy that is left to Kubernetes, or not known", () => {
  assert.deepEqual(judge(undefined), [`${PATH} is not set`]);
  assert.deepEqual(judge({ type: UNKNOWN }), [
    "spec.strategy.type is not known yet",
    `${PATH} is not set`,
  ]);
});

test("fails a recreation of web and workers", () => {
  for (const component of ["web", "worker"]) {
    assert.deepEqual(judge({ type: "Recreate" }, component), ['spec.strategy.type is "Recreate"']);
  }
});

test("fails web and workers in a kind that ends the old pod first", () => {
  for (const kind of ["StatefulSet", "StatefulSetPatch", "ReplicaSet"]) {
    for (const component of ["web", "worker"]) {
      assert.deepEqual(judgeKind(`apps/v1:${kind}`, component), [
        `spec.template is a pod of ${component} in a ${kind.replace("Patch", "")}, which does not start the new pod first`,
      ]);
    }
  }
  const { spec } = bookWyrm("web", {}) as { spec: { template: object } };
  assert.deepEqual(problems(rolloutKeepsOldPods, "core/v1:Pod", spec.template), [
    "spec is a pod of web in a Pod, which does not start the new pod first",
  ]);
});

test("fails web in a DaemonSet, but for one that starts the new pod first", () => {
  const path = "spec.updateStrategy.rollingUpdate.maxUnavailable";
  const daemonSet = (updateStrategy: unknown, type = "apps/v1:DaemonSet"): string[] =>
    judgeKind(type, "web", { updateStrategy });
  assert.deepEqual(daemonSet(undefined), [`${path} is not set`]);
  assert.deepEqual(daemonSet({ rollingUpdate: { maxUnavailable: 1 } }), [`${path} is 1`]);
  assert.deepEqual(daemonSet({ rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } }), []);
  assert.deepEqual(daemonSet(undefined, "apps/v1:DaemonSetPatch"), []);
});

test("fails what never brings the new image out", () => {
  for (const component of ["web", "worker", "beat", "flower"]) {
    assert.deepEqual(judgeDeployment({ paused: true }, component), ["spec.paused is true"]);
    assert.deepEqual(judgeDeployment({ paused: false }, component), []);
  }
  assert.deepEqual(judgeDeployment({ paused: UNKNOWN }), ["spec.paused is not known yet"]);
  const path = "spec.updateStrategy";
  for (const kind of ["StatefulSet", "DaemonSet", "StatefulSetPatch"]) {
    const updateStrategy = { type: "OnDelete" };
    assert.deepEqual(judgeKind(`apps/v1:${kind}`, "beat", { updateStrategy }), [
      `${path}.type is "OnDelete"`,
    ]);
  }
  assert.deepEqual(judgeKind("apps/v1:StatefulSet", "beat"), []);
});

test("judges every item of a List", () => {
  const items = [
    { kind: "StatefulSet", ...bookWyrm("web", {}) },
    { kind: "Deployment", ...bookWyrm("web", {}, { strategy: GOOD, paused: true }) },
  ];
  assert.deepEqual(problems(rolloutKeepsOldPods, "core/v1:List", { items }), [
    "items[0].spec.template is a pod of web in a StatefulSet, which does not start the new pod first",
    "items[1].spec.paused is true",
  ]);
});

test("has no opinion on Jobs, custom kinds, and beat's and flower's kind", () => {
  for (const type of ["batch/v1:Job", "argoproj.io/v1alpha1:Rollout"]) {
    assert.deepEqual(judgeKind(type, "web", { paused: true }), []);
  }
  const cronJob = { spec: { jobTemplate: bookWyrm("web", {}) } };
  assert.deepEqual(problems(rolloutKeepsOldPods, "batch/v1:CronJob", cronJob), []);
  assert.deepEqual(judgeKind("apps/v1:StatefulSet", "flower"), []);
  assert.deepEqual(judgeKind("apps/v1:ReplicaSet", "beat"), []);
});

test("has no opinion on other programs, and lets a Patch leave it out", () => {
  assert.deepEqual(judge(undefined, "another"), []);
  assert.deepEqual(judgeKind("apps/v1:StatefulSet", "postgres"), []);
  assert.deepEqual(judge({}, "web", "apps/v1:DeploymentPatch"), []);
});
