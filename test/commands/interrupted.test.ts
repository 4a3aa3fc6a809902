import assert from "node:assert/strict";
import { test } from "node:test";
import { halfMade } from "../../commands/interrupted.ts";

const ROOT = {
  urn: "urn:pulumi:prod::bookwyrm::pulumi:pulumi:Stack::bookwyrm-prod",
  type: "pulumi:pulumi:Stack",
};
const TYPE = "kubernetes:apps/v1:Deployment";
const AUTONAMED = { "pulumi.com/autonamed": "true" };

const deployment = (annotations: object) => ({
  urn: `urn:pulumi:prod::bookwyrm::${TYPE}::web`,
  type: TYPE,
  inputs: {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "web-1a2b3c4d", namespace: "bookwyrm", annotations },
  },
});

const state = (pending: readonly object[], resources: readonly object[] = [ROOT]) => ({
  deployment: { resources, pending_operations: pending },
});

test("an object whose creation was interrupted is named as the cluster knows it", () => {
  const creating = { type: "creating", resource: deployment(AUTONAMED) };
  assert.deepEqual(halfMade(state([creating])), {
    root: ROOT.urn,
    objects: [
      {
        apiVersion: "apps/v1",
        kind: "Deployment",
        metadata: { name: "web-1a2b3c4d", namespace: "bookwyrm" },
      },
    ],
  });
});

test("an object with a name of its own stays: the next update takes it over", () => {
  const creating = { type: "creating", resource: deployment({}) };
  assert.deepEqual(halfMade(state([creating], [])), { root: undefined, objects: [] });
});

test("nothing is to be done where no creation was interrupted", () => {
  const updating = { type: "updating", resource: deployment(AUTONAMED) };
  assert.equal(halfMade(state([updating])), undefined);
  assert.equal(halfMade({ deployment: {} }), undefined);
});
