import assert from "node:assert/strict";
import { test } from "node:test";
import { beatIsSingle } from "../../../policy/rules/beat-is-single.ts";
import { problems, UNKNOWN } from "../../support/policy.ts";

const beat = (spec: object, component = "beat", partOf = "bookwyrm"): object => ({
  spec: {
    replicas: 1,
    strategy: { type: "Recreate" },
    template: {
      metadata: {
        labels: {
          "app.kubernetes.io/component": component,
          "app.kubernetes.io/part-of": partOf,
        },
      },
    },
    ...spec,
  },
});

const judge = (...args: Parameters<typeof beat>): string[] =>
  problems(beatIsSingle, "apps/v1:Deployment", beat(...args));

test("passes one pod that is stopped before the next one starts", () => {
  assert.deepEqual(judge({}), []);
});

test("fails several pods, and a rolling update", () => {
  assert.deepEqual(judge({ replicas: 2 }), ["spec.replicas is 2"]);
  assert.deepEqual(judge({ replicas: UNKNOWN }), ["spec.replicas is not known yet"]);
  assert.deepEqual(judge({ strategy: { type: "RollingUpdate" } }), [
    'spec.strategy.type is "RollingUpdate"',
  ]);
  assert.deepEqual(judge({ replicas: undefined, strategy: undefined }), [
    "spec.replicas is not set",
    "spec.strategy.type is not set",
  ]);
});

test("has no opinion on other workloads", () => {
  assert.deepEqual(judge({ replicas: 2 }, "web"), []);
  assert.deepEqual(judge({ replicas: 2 }, "beat", "another"), []);
});
