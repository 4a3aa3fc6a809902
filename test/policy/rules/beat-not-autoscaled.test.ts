import assert from "node:assert/strict";
import { test } from "node:test";
import { beatNotAutoscaled } from "../../../policy/rules/beat-not-autoscaled.ts";
import { problems, UNKNOWN } from "../../support/policy.ts";

const judge = (
  name: unknown,
  labels: unknown = {},
  type = "autoscaling/v2:HorizontalPodAutoscaler",
): string[] =>
  problems(beatNotAutoscaled, type, {
    metadata: { labels },
    spec: { scaleTargetRef: { kind: "Deployment", name } },
  });

const PATH = "spec.scaleTargetRef";
const labels = (component: string, partOf = "bookwyrm"): object => ({
  "app.kubernetes.io/part-of": partOf,
  "app.kubernetes.io/component": component,
});

test("passes an autoscaler of something else, also where its name is known later", () => {
  assert.deepEqual(judge("web", labels("web")), []);
  assert.deepEqual(judge("heartbeat"), []);
  assert.deepEqual(judge("beatles"), []);
  assert.deepEqual(judge(UNKNOWN), []);
  assert.deepEqual(judge(undefined), []);
  assert.deepEqual(judge("app", labels("beat", "another")), []);
});

for (const name of ["beat", "beat-1a2b3c4d", "bookwyrm-beat"]) {
  test(`fails an autoscaler of ${name}, of any version and maker`, () => {
    for (const type of [
      "autoscaling/v2:HorizontalPodAutoscaler",
      "autoscaling/v2beta2:HorizontalPodAutoscaler",
      "autoscaling/v2:HorizontalPodAutoscalerPatch",
      "keda.sh/v1alpha1:ScaledObject",
    ]) {
      assert.deepEqual(judge(name, {}, type), [`${PATH} is "${name}"`]);
    }
  });
}

test("fails an autoscaler that is labelled as beat's, whatever its target is called", () => {
  assert.deepEqual(judge(UNKNOWN, labels("beat")), [`${PATH} is beat`]);
  assert.deepEqual(judge("scheduler", labels("beat")), [`${PATH} is "scheduler"`]);
});

test("has no opinion on other kinds that name beat", () => {
  assert.deepEqual(
    judge("beat", labels("beat"), "autoscaling.k8s.io/v1:VerticalPodAutoscaler"),
    [],
  );
});
