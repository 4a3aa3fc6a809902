import assert from "node:assert/strict";
import { test } from "node:test";
import { overlaps, stepsOf } from "../../policy/property-path.ts";

for (const [path, steps] of [
  ["spec.replicas", ["spec", "replicas"]],
  ["spec.containers[0].image", ["spec", "containers", "0", "image"]],
  ["spec.containers[12].image", ["spec", "containers", "12", "image"]],
  ["spec.containers[*].image", ["spec", "containers", "*", "image"]],
  ['metadata.labels["app.kubernetes.io/name"]', ["metadata", "labels", "app.kubernetes.io/name"]],
  ['["spec"]["template"]', ["spec", "template"]],
  [String.raw`data["a\"b"].c`, ["data", String.raw`a\"b`, "c"]],
  ["*", ["*"]],
  ["", []],
] as const) {
  test(`the steps of ${path}`, () => {
    assert.deepEqual(stepsOf(path), steps);
  });
}

for (const [one, other, expected] of [
  ["spec", "spec.replicas", true],
  ["spec.replicas", "spec", true],
  ["spec.replicas", "spec.replicas", true],
  ["spec.replicas", "spec.selector", false],
  ["spec.*", "spec.selector", true],
  ["spec.selector", "*.selector", true],
  ["spec.*.a", "spec.b.c", false],
  ["spec.a[1]", "spec.a[0]", false],
  ["spec.a[*]", "spec.a[0]", true],
] as const) {
  test(`${one} and ${other} ${expected ? "overlap" : "are apart"}`, () => {
    assert.equal(overlaps(stepsOf(one), stepsOf(other)), expected);
  });
}
