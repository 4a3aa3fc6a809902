import assert from "node:assert/strict";
import { test } from "node:test";
import { UNKNOWN } from "../../policy/snapshot.ts";
import { beside, instancesOf, stackObjectsOf, workloadsOf } from "../../policy/workloads.ts";
import { stackResource } from "../support/policy.ts";

const BOOKWYRM = "bookwyrm:components:BookWyrm";

const secret = (name: string, namespace: unknown) =>
  stackResource("kubernetes:core/v1:Secret", name, { props: { metadata: { namespace } } });

test("what may be in one namespace is found, also where one is not set or not known yet", () => {
  const objects = stackObjectsOf(
    [
      secret("a", "books"),
      secret("b", "other"),
      secret("c", UNKNOWN),
      secret("d", "default"),
      secret("e", undefined),
      secret("f", "books"),
    ],
    "Secret",
  );
  const besideObject = beside(objects);
  const named = (name: string) =>
    objects.flatMap((object) =>
      object.resource.name === name
        ? [besideObject(object).map(({ resource }) => resource.name)]
        : [],
    );
  assert.deepEqual(named("a"), [["a", "f", "c"]]);
  assert.deepEqual(named("b"), [["b", "c"]]);
  assert.deepEqual(named("e"), [["d", "e", "c"]]);
  assert.deepEqual(named("c"), [["a", "b", "c", "d", "e", "f"]]);
});

test("each BookWyrm has its own workloads, in the order of URNs", () => {
  const instances = ["one", "two"].map((name) => stackResource(BOOKWYRM, name));
  const labels = { "app.kubernetes.io/part-of": "bookwyrm", "app.kubernetes.io/component": "web" };
  const deployments = ["d", "a", "c", "b"].map((name, index) =>
    stackResource("kubernetes:apps/v1:Deployment", name, {
      parent: instances[index % 2]?.urn,
      props: { spec: { template: { metadata: { labels }, spec: {} } } },
    }),
  );
  const found = instancesOf([...instances, ...deployments]);
  assert.deepEqual(
    found.map((workloads) => workloads.map(({ resource }) => resource.name)),
    [
      ["a", "b"],
      ["c", "d"],
    ],
  );
});

test("the owner of a pod is found in a List, also one in a List", () => {
  const job = (name: string) => ({
    kind: "Job",
    metadata: { name },
    spec: { template: { spec: { containers: [] } } },
  });
  const props = { items: [job("a"), { kind: "List", items: [{}, job("b")] }] };
  const workloads = workloadsOf([stackResource("kubernetes:core/v1:List", "list", { props })]);
  assert.deepEqual(
    workloads.map(({ readOwner }) => readOwner("metadata", "name")),
    ["a", "b"].map((value) => ({ state: "known", value })),
  );
});
