import assert from "node:assert/strict";
import { test } from "node:test";
import { BookWyrm } from "../../components/bookwyrm.ts";
import { build, inCluster, only, type Selector, selects } from "../support/instance.ts";
import { podsOf } from "../support/pods.ts";
import { record, type Recorded } from "../support/record.ts";
import { DIGEST, IMAGE, secrets, settings } from "../support/settings.ts";

/** Everything that must be there before this resource, near or far. */
function ancestors(resources: readonly Recorded[], resource: Recorded): Set<string> {
  const seen = new Set<string>();
  const visit = (urns: readonly string[]): void => {
    for (const urn of urns) {
      if (seen.has(urn)) continue;
      seen.add(urn);
      visit(resources.find((r) => r.urn === urn)?.dependsOn ?? []);
    }
  };
  visit(resource.dependsOn);
  return seen;
}

test("smoke test, stores, migration and workloads wait for each other in this order", async () => {
  const resources = await build(inCluster);
  const smoke = only(resources, "Job", "smoke");
  const migration = only(resources, "Job", "migration");
  const stores = resources.filter((r) => r.type.endsWith(":StatefulSet"));
  const deployments = resources.filter((r) => r.type.endsWith(":Deployment"));
  assert.equal(stores.length, 3);
  assert.equal(deployments.length, 4);
  for (const store of stores) assert.ok(ancestors(resources, store).has(smoke.urn));
  for (const { urn } of [smoke, ...stores]) assert.ok(migration.dependsOn.includes(urn));
  for (const { dependsOn } of deployments) assert.ok(dependsOn.includes(migration.urn));
});

test("no pod starts before the policies that guard it", async () => {
  const resources = await build(inCluster);
  const guards = resources.filter((r) =>
    /:(?:NetworkPolicy|ValidatingAdmissionPolicy(?:Binding)?)$/.test(r.type),
  );
  const workloads = resources.filter((r) => /:(?:Deployment|StatefulSet|Job)$/.test(r.type));
  assert.equal(guards.length, 11);
  assert.equal(workloads.length, 9);
  for (const workload of workloads) {
    const earlier = ancestors(resources, workload);
    for (const { urn } of guards) assert.ok(earlier.has(urn), `${workload.name}: ${urn}`);
  }
});

test("every pod is selected by the policy that denies all, and by at most one that allows", async () => {
  const resources = await build(inCluster);
  const selectors = resources
    .filter((r) => r.type.endsWith(":NetworkPolicy"))
    .map(({ name, inputs }) => ({ name, selector: inputs["spec"].podSelector as Selector }));
  for (const { owner, component, labels } of podsOf(resources)) {
    const selectedBy = selectors
      .filter(({ selector }) => selects(selector, labels))
      .map(({ name }) => name);
    const allowing = component === "smoke" ? [] : [`network-${component}`];
    assert.deepEqual(selectedBy.sort(), [...allowing, "network-deny"].sort(), owner);
  }
});

test("where the deployer may not write policies of the cluster, the stack says so and none is made", async () => {
  const resources = await build({ admission: { enabled: false } });
  assert.deepEqual(
    resources.filter(({ type }) => type.includes("Admission")),
    [],
  );
});

test("every pod meets what a BookWyrm pod must have", async () => {
  const pods = podsOf(await build(inCluster));
  assert.equal(pods.length, 9);
  for (const { owner, spec, containers } of pods) {
    assert.deepEqual(spec["imagePullSecrets"], [{ name: "uostas-registry" }], owner);
    assert.equal(spec["enableServiceLinks"], false, owner);
    assert.equal(spec["automountServiceAccountToken"], false, owner);
    assert.equal(spec["securityContext"].runAsNonRoot, true, owner);
    assert.equal(spec["securityContext"].seccompProfile.type, "RuntimeDefault", owner);
    for (const container of containers) {
      assert.match(container.image, /@sha256:[0-9a-f]{64}$/, owner);
      assert.equal(container.imagePullPolicy, "Always", owner);
      assert.ok(container.command?.[0], owner);
      assert.equal(container["terminationMessagePolicy"], "FallbackToLogsOnError", owner);
      assert.deepEqual(container["securityContext"], {
        allowPrivilegeEscalation: false,
        capabilities: { drop: ["ALL"] },
        readOnlyRootFilesystem: true,
      });
      const { requests, limits } = container["resources"] as Record<string, Record<string, string>>;
      assert.ok(requests?.["cpu"] && requests["memory"] && limits?.["memory"], owner);
    }
  }
});

test("everything that runs BookWyrm runs the one pinned image", async () => {
  const pods = podsOf(await build()).map(({ component, containers }) => [
    component,
    new Set(containers.map(({ image }) => image)),
  ]);
  const one = new Set([IMAGE]);
  assert.deepEqual(Object.fromEntries(pods), {
    smoke: one,
    migration: one,
    web: one,
    worker: one,
    beat: one,
    flower: one,
  });
});

test("what runs on has three probes, readiness unlike liveness; Jobs have none", async () => {
  for (const { owner, containers } of podsOf(await build(inCluster))) {
    for (const { startupProbe, readinessProbe, livenessProbe } of containers) {
      if (owner.startsWith("Job ")) {
        assert.deepEqual(
          [startupProbe, readinessProbe, livenessProbe],
          [undefined, undefined, undefined],
        );
      } else {
        assert.ok(startupProbe && readinessProbe && livenessProbe, owner);
        assert.notDeepEqual(readinessProbe, livenessProbe, owner);
      }
    }
  }
});

test("no version stands in a selector, and every selector finds its own pods", async () => {
  for (const { type, inputs } of await build(inCluster)) {
    if (!/:(?:Deployment|StatefulSet)$/.test(type)) continue;
    const { selector, template } = inputs["spec"];
    assert.equal(selector.matchLabels["app.kubernetes.io/version"], undefined);
    for (const [key, value] of Object.entries(selector.matchLabels as Record<string, string>)) {
      assert.equal(template.metadata.labels[key], value);
    }
  }
});

test("the namespace refuses pods that are not restricted", async () => {
  const namespace = only(await build(), "Namespace", "bookwyrm");
  assert.equal(
    namespace.inputs["metadata"].labels["pod-security.kubernetes.io/enforce"],
    "restricted",
  );
});

test("settings and their Secret are auto-named, so that a change makes pods roll", async () => {
  const resources = await build();
  for (const kind of ["ConfigMap", "Secret"]) {
    const { inputs } = only(resources, kind, "environment");
    assert.equal(inputs["metadata"].name, undefined);
  }
});

test("new credentials of the registry are tried before a pod needs them", async () => {
  const { inputs } = only(await build(), "Job", "smoke");
  assert.deepEqual(inputs["spec"].template.metadata.annotations, {
    "bookwyrm.org/registry-secret-uid": "uostas-registry-uid",
  });
});

test("external stores are addressed, not deployed", async () => {
  const resources = await build();
  const { data } = only(resources, "ConfigMap", "environment").inputs;
  assert.equal(data.POSTGRES_HOST, "postgres.example.org");
  assert.equal(data.REDIS_BROKER_HOST, "broker.example.org");
  assert.equal(resources.filter((r) => r.type.endsWith(":StatefulSet")).length, 0);
});

test("mail goes out over implicit TLS on port 465, and STARTTLS on any other", async () => {
  const email = async (changes: Record<string, unknown>): Promise<unknown> => {
    const resources = await build({ email: { host: "h.example", user: "u", ...changes } });
    const { data } = only(resources, "ConfigMap", "environment").inputs;
    return [data.EMAIL_PORT, data.EMAIL_USE_TLS, data.EMAIL_USE_SSL];
  };
  assert.deepEqual(await email({}), ["587", "true", "false"]);
  assert.deepEqual(await email({ port: 465 }), ["465", "false", "true"]);
  assert.deepEqual(await email({ port: 25, useTls: false }), ["25", "false", "false"]);
});

test("beat is never there twice, web is never gone", async () => {
  const resources = await build();
  const beat = only(resources, "Deployment", "beat").inputs["spec"];
  assert.deepEqual([beat.replicas, beat.strategy], [1, { type: "Recreate" }]);
  const web = only(resources, "Deployment", "web").inputs["spec"];
  assert.deepEqual(web.strategy, {
    type: "RollingUpdate",
    rollingUpdate: { maxSurge: 1, maxUnavailable: 0 },
  });
  assert.ok(web.minReadySeconds >= 10);
});

test("every label's value is valid, also where a store's tag is not one", async () => {
  const versions = async (tag: string): Promise<unknown[]> => {
    const image = `harbor.example.org/uostas/store:${tag}@${DIGEST}`;
    const resources = await build({ database: { image }, redis: { image } });
    return resources
      .filter(({ name, type }) => name === "postgres" && type.startsWith("kubernetes:"))
      .map(({ inputs }) => inputs["metadata"].labels["app.kubernetes.io/version"] as unknown);
  };
  assert.deepEqual(await versions("17.6-bookworm"), Array(3).fill("17.6-bookworm"));
  for (const tag of ["17-", "17.", "17_", "_17", "1".repeat(64)]) {
    assert.deepEqual(await versions(tag), Array(3).fill(undefined), tag);
  }
});

test("a single pod gets no disruption budget, two get one", async () => {
  const budgets = async (replicas: number): Promise<number> => {
    const resources = await build({ web: { replicas } });
    return resources.filter((r) => r.type.endsWith(":PodDisruptionBudget")).length;
  };
  assert.deepEqual([await budgets(1), await budgets(2)], [0, 1]);
});

test("without a password there is no flower", async () => {
  const resources = await record(() => {
    new BookWyrm("bookwyrm", {
      settings: settings(),
      secrets: { ...secrets(), flowerBasicAuth: undefined },
    });
  });
  assert.equal(resources.filter((r) => r.name === "flower").length, 0);
});

test("every workload says which guard was waived for it; its pods do not restart for that", async () => {
  const breakGlass = {
    guard: "ci-checks-passed",
    reason: "the forge is down",
    ticket: "OPS-42",
    expires: "2026-11-24T18:00:00Z",
  };
  const expected = {
    "bookwyrm.org/break-glass":
      "ci-checks-passed waived until 2026-11-24T18:00:00Z: the forge is down (OPS-42)",
  };
  const deployments = async (changes: Record<string, unknown>): Promise<Recorded[]> =>
    (await build(changes)).filter(({ type }) => type.endsWith(":Deployment"));
  const [waived, plain] = [await deployments({ breakGlass }), await deployments({})];
  assert.equal(waived.length, 4);
  for (const [index, { inputs }] of waived.entries()) {
    assert.deepEqual(inputs["metadata"].annotations, expected);
    assert.equal(plain[index]?.inputs["metadata"].annotations, undefined);
    assert.deepEqual(
      inputs["spec"].template.metadata.annotations,
      plain[index]?.inputs["spec"].template.metadata.annotations,
    );
  }
});
