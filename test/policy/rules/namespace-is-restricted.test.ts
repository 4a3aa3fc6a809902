import assert from "node:assert/strict";
import { test } from "node:test";
import { namespaceIsRestricted } from "../../../policy/rules/namespace-is-restricted.ts";
import { problems, UNKNOWN } from "../../support/policy.ts";

const LEVEL = 'metadata.labels["pod-security.kubernetes.io/enforce"]';
const VERSION = 'metadata.labels["pod-security.kubernetes.io/enforce-version"]';

const labelled = (enforce: unknown, version: unknown = "latest"): object => ({
  kind: "Namespace",
  metadata: {
    labels: {
      "pod-security.kubernetes.io/enforce": enforce,
      "pod-security.kubernetes.io/enforce-version": version,
    },
  },
});
const judge = (props: object, type = "core/v1:Namespace"): string[] =>
  problems(namespaceIsRestricted, type, props);

test("passes restricted, in the newest version or in one that is named", () => {
  assert.deepEqual(judge(labelled("restricted")), []);
  assert.deepEqual(judge(labelled("restricted", "v1.34")), []);
});

test("fails every other level, and a version that is none", () => {
  assert.deepEqual(judge(labelled("baseline")), [`${LEVEL} is "baseline"`]);
  assert.deepEqual(judge(labelled(true)), [`${LEVEL} is true`]);
  assert.deepEqual(judge(labelled(UNKNOWN)), [`${LEVEL} is not known yet`]);
  for (const version of ["1.34", "v1", "av1.34", "v1.34b"]) {
    assert.deepEqual(judge(labelled("restricted", version)), [`${VERSION} is "${version}"`]);
  }
  assert.deepEqual(judge(labelled("restricted", 1)), [`${VERSION} is 1`]);
  assert.deepEqual(judge({}), [`${LEVEL} is not set`, `${VERSION} is not set`]);
});

test("a Patch may leave the labels alone, and may not weaken them", () => {
  assert.deepEqual(judge({}, "core/v1:NamespacePatch"), []);
  assert.deepEqual(judge(labelled("privileged"), "core/v1:NamespacePatch"), [
    `${LEVEL} is "privileged"`,
  ]);
});

test("sees namespaces in a List, and nothing else", () => {
  assert.deepEqual(judge({ items: [labelled("baseline"), {}] }, "core/v1:List"), [
    `items[0].${LEVEL} is "baseline"`,
  ]);
  assert.deepEqual(judge({}, "core/v1:Service"), []);
});
