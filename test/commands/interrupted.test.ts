import assert from "node:assert/strict";
import { test } from "node:test";
import type { RefreshResult } from "@pulumi/pulumi/automation/index.js";
import type { ObjectName } from "../../checks/cluster/cluster.ts";
import { halfMade, removeHalfMade } from "../../commands/interrupted.ts";

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

/** A stack whose last update was killed while it made a Deployment. */
function interrupted() {
  const done: string[] = [];
  const creating = { type: "creating", resource: deployment(AUTONAMED) };
  const pulumi = {
    exportStack: () => Promise.resolve({ version: 3, ...state([creating]) }),
    refresh: (options?: { readonly clearPendingCreates?: boolean }) => {
      done.push(options?.clearPendingCreates === true ? "forget" : "lock");
      return Promise.resolve({} as RefreshResult);
    },
    cancel: () => Promise.resolve(),
  };
  return { pulumi, done };
}

test("what was half made is removed under the lock, and then forgotten", async () => {
  const { pulumi, done } = interrupted();
  const remove = ({ kind, metadata }: ObjectName): Promise<boolean> => {
    done.push(`remove ${kind} ${metadata.name}`);
    return Promise.resolve(false);
  };
  await removeHalfMade(pulumi, () => Promise.resolve({ remove }));
  assert.deepEqual(done, ["lock", "remove Deployment web-1a2b3c4d", "forget"]);
});

test("what cannot be removed is named with the reason, and not forgotten", async () => {
  const { pulumi, done } = interrupted();
  const remove = (): Promise<never> => Promise.reject(new Error("not allowed"));
  await assert.rejects(
    removeHalfMade(pulumi, () => Promise.resolve({ remove })),
    /^Error: Deployment bookwyrm\/web-1a2b3c4d, of an update that was killed, cannot be removed; delete it\. not allowed$/,
  );
  assert.deepEqual(done, ["lock"]);
});
