import assert from "node:assert/strict";
import { test } from "node:test";
import type { StackResource } from "../../../policy/rule.ts";
import { migrationComesFirst } from "../../../policy/rules/migration-comes-first.ts";
import { stackProblems } from "../../support/policy.ts";
import { programResources, set, withChange, without } from "../../support/program.ts";

const program = await programResources();

const judge = (resources: readonly StackResource[]): string[] =>
  stackProblems(migrationComesFirst, resources);

/** Without what this resource waits for by name. */
const dropping =
  (...names: readonly string[]) =>
  (resource: StackResource): StackResource => ({
    ...resource,
    dependencies: resource.dependencies.filter(
      (urn) => !names.includes(urn.split("::").at(-1) ?? ""),
    ),
  });

const STORES = ["postgres", "redis-activity", "redis-broker"];

test("passes this program, in whatever order its resources come", () => {
  assert.deepEqual(judge(program), []);
  assert.deepEqual(judge(program.toReversed()), []);
});

for (const workload of ["web", "worker", "beat", "flower"]) {
  test(`fails ${workload} where it waits for no migration`, () => {
    const stack = withChange(program, `Deployment ${workload}`, dropping("migration"));
    assert.deepEqual(judge(stack), [
      `${workload}: dependsOn holds no migration Job, nor does what is in it`,
      `${workload}: dependsOn holds no smoke test Job, nor does what is in it`,
    ]);
  });
}

test("fails a migration that does not wait for the smoke test, and all that waits for it", () => {
  const stack = withChange(program, "Job migration", dropping("smoke", ...STORES));
  const missing = "dependsOn holds no smoke test Job, nor does what is in it";
  assert.deepEqual(
    judge(stack),
    ["beat", "flower", "migration", "web", "worker"].map((name) => `${name}: ${missing}`),
  );
});

test("passes a way through other resources", () => {
  assert.deepEqual(judge(withChange(program, "Job migration", dropping("smoke"))), []);
});

test("a patch of a Job is no Job", () => {
  const patched = program.map((resource) =>
    resource.type === "kubernetes:batch/v1:Job"
      ? { ...resource, type: "kubernetes:batch/v1:JobPatch" }
      : resource,
  );
  const found = judge(patched);
  assert.ok(found.includes("web: dependsOn holds no migration Job: there is none"), found.join());
  assert.ok(found.includes("web: dependsOn holds no smoke test Job: there is none"), found.join());
});

test("fails everything where a Job is not there", () => {
  const noMigration = judge(without(program, "Job migration"));
  assert.ok(
    noMigration.includes("web: dependsOn holds no migration Job: there is none"),
    noMigration.join("\n"),
  );
  const noSmoke = judge(without(program, "Job smoke"));
  assert.deepEqual(
    noSmoke,
    ["beat", "flower", "migration", "web", "worker"].map(
      (name) => `${name}: dependsOn holds no smoke test Job: there is none`,
    ),
  );
});

test("takes nothing but a Job for one", () => {
  const stack = withChange(program, "Job migration", (resource) => ({
    ...resource,
    type: "kubernetes:apps/v1:Deployment",
  }));
  assert.ok(judge(stack).includes("web: dependsOn holds no migration Job: there is none"));
});

test("asks for every migration Job of the instance, and for none of another one", () => {
  const [job] = program.filter(({ type, name }) => type.endsWith(":Job") && name === "migration");
  assert.ok(job);
  const another = { ...job, urn: `${job.urn}-2`, name: "migration-2" };
  assert.ok(
    judge([...program, another]).includes(
      "web: dependsOn holds no migration Job, nor does what is in it",
    ),
  );
  const elsewhere = set(["metadata", "namespace"], "elsewhere");
  assert.deepEqual(judge([...program, elsewhere({ ...another, parent: undefined })]), [
    "migration-2: dependsOn holds no smoke test Job: there is none",
  ]);
});

test("leaves a program without BookWyrm alone", () => {
  const labels = ["spec", "template", "metadata", "labels", "app.kubernetes.io/part-of"];
  const [web] = withChange(program, "Deployment web", set(labels, "wiki")).filter(
    ({ type, name }) => type.endsWith(":Deployment") && name === "web",
  );
  assert.ok(web);
  assert.deepEqual(judge([{ ...web, dependencies: [] }]), []);
  assert.deepEqual(judge([]), []);
});
