import assert from "node:assert/strict";
import { test } from "node:test";
import { build, inCluster, only, type Selector, selects } from "../support/instance.ts";
import { podsOf } from "../support/pods.ts";

test("whoever connects to the database can verify its certificate", async () => {
  const ca = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----";
  const database = { host: "postgres.example.org", sslMode: "verify-full", ca };
  const resources = await build({ database });
  const authority = only(resources, "ConfigMap", "database-ca").inputs;
  assert.deepEqual(authority["data"], { "ca.crt": `${ca}\n` });
  assert.equal(authority["metadata"].name, undefined);
  const { data } = only(resources, "ConfigMap", "environment").inputs;
  assert.equal(data.PGSSLROOTCERT, "/etc/bookwyrm/database-ca/ca.crt");
  const name = "database-ca-1a2b3c4d";
  for (const { owner, spec, containers } of podsOf(resources)) {
    const volumes = spec["volumes"] as { readonly name: string }[];
    assert.deepEqual(
      volumes.find((volume) => volume.name === "database-ca"),
      { name: "database-ca", configMap: { name } },
      owner,
    );
    for (const { volumeMounts } of containers) {
      assert.deepEqual((volumeMounts as { readonly name: string }[]).at(-1), {
        name: "database-ca",
        mountPath: "/etc/bookwyrm/database-ca",
        readOnly: true,
      });
    }
  }
});

test("a volume that attaches to one node keeps the pods that mount it together there", async () => {
  const media = { accessMode: "ReadWriteOnce" };
  for (const { component, labels, spec } of podsOf(await build({ media }))) {
    const [term] = (spec["affinity"]?.podAffinity.requiredDuringSchedulingIgnoredDuringExecution ??
      []) as { readonly topologyKey: string; readonly labelSelector: Selector }[];
    if (component !== "web" && component !== "worker") {
      assert.equal(term, undefined, component);
      assert.equal(labels["bookwyrm.org/media"], undefined, component);
      continue;
    }
    assert.equal(term?.topologyKey, "kubernetes.io/hostname", component);
    assert.equal(spec["topologySpreadConstraints"], undefined, component);
    // The first pod of all meets the term itself; without that none could start.
    assert.ok(selects(term.labelSelector, labels), component);
    assert.equal(labels["bookwyrm.org/media"], "mounted", component);
  }
});

test("pods that can only move together hold up no drain of their node", async () => {
  const budgets = async (accessMode: string): Promise<number> => {
    const resources = await build({ web: { replicas: 2 }, media: { accessMode } });
    return resources.filter(({ type }) => type.endsWith(":PodDisruptionBudget")).length;
  };
  assert.deepEqual([await budgets("ReadWriteOnce"), await budgets("ReadWriteMany")], [0, 1]);
});

test("a volume that attaches to every node leaves the pods to be spread", async () => {
  for (const { component, spec } of podsOf(await build())) {
    assert.equal(spec["affinity"], undefined, component);
    assert.equal(spec["topologySpreadConstraints"].length, 1, component);
  }
});

test("uploads cannot be deleted by a change of the program", async () => {
  assert.equal(only(await build(), "PersistentVolumeClaim", "media").protect, true);
});

test("a store that is to be larger keeps its volume, and one that is replaced finds it again", async () => {
  for (const name of ["postgres", "redis-activity", "redis-broker"]) {
    const store = only(await build(inCluster), "StatefulSet", name);
    assert.deepEqual(store.ignoreChanges, ["spec.volumeClaimTemplates"], name);
    assert.equal(store.inputs["metadata"].name, name);
  }
});
