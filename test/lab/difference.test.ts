import assert from "node:assert/strict";
import { test } from "node:test";
import { difference } from "../../lab/plugins/resource-kubernetes/difference.ts";
import type { JsonObject } from "../../lab/plugins/resource-kubernetes/values.ts";

const OPTIONS = { configMapMutable: false, secretMutable: false };

const claim = (spec: JsonObject): JsonObject => ({
  metadata: { name: "media", namespace: "bookwyrm" },
  spec: {
    accessModes: ["ReadWriteMany"],
    storageClassName: "shared",
    resources: { requests: { storage: "20Gi" } },
    ...spec,
  },
});

const replacedFor = (spec: JsonObject): readonly string[] =>
  difference(claim({}), claim(spec), { apiVersion: "v1", kind: "PersistentVolumeClaim" }, OPTIONS)
    .replaces;

test("a claim grows in place: replacing it would delete what it holds", () => {
  assert.deepEqual(replacedFor({ resources: { requests: { storage: "40Gi" } } }), []);
});

test("a claim is replaced for what Kubernetes lets nobody change", () => {
  const changes: readonly (readonly [spec: JsonObject, path: string])[] = [
    [{ accessModes: ["ReadWriteOnce"] }, "spec.accessModes[0]"],
    [{ selector: { matchLabels: { a: "b" } } }, "spec.selector"],
    [{ storageClassName: "fast" }, "spec.storageClassName"],
    [{ volumeName: "pv-1" }, "spec.volumeName"],
  ];
  for (const [spec, path] of changes) {
    assert.deepEqual(replacedFor(spec), [path]);
  }
});
