import assert from "node:assert/strict";
import { test } from "node:test";
import { UNKNOWN } from "../../policy/snapshot.ts";
import {
  beside,
  instancesOf,
  mayBeTogether,
  stackObjectsOf,
  workloadsOf,
} from "../../policy/workloads.ts";
import type { StackResource } from "../../policy/rule.ts";
import {
  asInPreview,
  stackResource,
  UNKNOWN as UNKNOWN_TO_ENGINE,
  urnOf,
} from "../support/policy.ts";

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

test("the owner of a pod is found where it is the pod itself", () => {
  const items = [{ kind: "Pod", metadata: { name: "a" }, spec: { containers: [] } }];
  const [workload] = workloadsOf([
    stackResource("kubernetes:core/v1:List", "list", { props: { items } }),
  ]);
  assert.deepEqual(workload?.readOwner("metadata", "name"), { state: "known", value: "a" });
});

test("the owner of a pod is found in a long List", () => {
  const items = Array.from({ length: 12 }, (_, index) => ({
    kind: "Job",
    metadata: { name: index.toString() },
    spec: { template: { spec: { containers: [] } } },
  }));
  const workloads = workloadsOf([
    stackResource("kubernetes:core/v1:List", "list", { props: { items } }),
  ]);
  assert.deepEqual(
    workloads.map(({ readOwner }) => readOwner("metadata", "name")),
    items.map(({ metadata: { name: value } }) => ({ state: "known", value })),
  );
});

const on = (cluster: string, props: object = {}) => ({
  type: "pulumi:providers:kubernetes",
  name: cluster,
  urn: `urn:pulumi:test::program::pulumi:providers:kubernetes::${cluster}`,
  props: asInPreview(props),
});

test("objects on clusters that are known to be different ones are never together", () => {
  const objects = stackObjectsOf(
    [
      { ...secret("a", "books"), provider: on("one") },
      { ...secret("b", "books"), provider: on("two") },
      { ...secret("c", UNKNOWN), provider: on("two") },
      { ...secret("d", "books"), provider: undefined },
      { ...secret("e", "other"), provider: on("one") },
    ],
    "Secret",
  );
  const besideObject = beside(objects);
  const found = objects.map((object) => besideObject(object).map(({ resource }) => resource.name));
  assert.deepEqual(found, [
    ["a", "d"],
    ["b", "d", "c"],
    ["b", "c", "d"],
    ["a", "b", "d", "c"],
    ["e"],
  ]);
  for (const [index, object] of objects.entries()) {
    const together = objects.filter((other) => mayBeTogether(object, other));
    assert.deepEqual(
      together.map(({ resource }) => resource.name).sort(),
      found[index]?.toSorted(),
    );
  }
  const [first] = stackObjectsOf([{ ...secret("f", "books"), provider: on("three") }], "Secret");
  assert.ok(first);
  assert.deepEqual(
    besideObject(first).map(({ resource }) => resource.name),
    ["d"],
  );
});

test("providers that choose one cluster alike are one cluster", () => {
  const areTogether = (one: object, other: object): boolean => {
    const [a, b] = stackObjectsOf(
      [
        { ...secret("a", "books"), provider: on("one", one) },
        { ...secret("b", "books"), provider: on("two", other) },
      ],
      "Secret",
    );
    assert.ok(a && b);
    return mayBeTogether(a, b);
  };
  const context = "prod";
  const kubeconfig = UNKNOWN_TO_ENGINE;
  assert.ok(areTogether({ context }, { context }));
  assert.ok(areTogether({ context }, { context, enableServerSideApply: "false" }));
  assert.ok(areTogether({ kubeconfig: "a", cluster: "b" }, { kubeconfig: "a", cluster: "b" }));
  assert.ok(!areTogether({ context }, { context: "staging" }));
  assert.ok(areTogether({ context }, { context, kubeconfig: "a" }));
  assert.ok(areTogether({ context }, { context, cluster: "" }));
  assert.ok(areTogether({ context }, { cluster: context }));
  assert.ok(!areTogether({ kubeconfig: "a", context }, { kubeconfig: "b", context }));
  assert.ok(!areTogether({ context, kubeconfig }, { context, kubeconfig }));
  assert.ok(!areTogether({}, {}));
  assert.ok(!areTogether({ context: "" }, { context: "" }));
});

test("without a component, each namespace of each cluster has a BookWyrm of its own", () => {
  const labels = { "app.kubernetes.io/part-of": "bookwyrm", "app.kubernetes.io/component": "web" };
  const web = (name: string, cluster: string, namespace: unknown) =>
    stackResource("kubernetes:apps/v1:Deployment", name, {
      provider: on(cluster),
      props: { metadata: { namespace }, spec: { template: { metadata: { labels }, spec: {} } } },
    });
  const found = (...resources: readonly ReturnType<typeof web>[]) =>
    instancesOf(resources).map((workloads) => workloads.map(({ resource }) => resource.name));
  assert.deepEqual(
    found(web("a", "one", "x"), web("b", "one", "y"), web("c", "two", "x"), web("d", "one", "x")),
    [["a", "d"], ["b"], ["c"]],
  );
  assert.deepEqual(
    found(
      web("a", "one", "x"),
      web("b", "one", UNKNOWN),
      web("c", "one", "y"),
      web("d", "two", "x"),
    ),
    [["a", "b", "c"], ["d"]],
  );
});

test("what stands beside the workloads of one component belongs to it", () => {
  const labels = { "app.kubernetes.io/part-of": "bookwyrm", "app.kubernetes.io/component": "web" };
  const component = (name: string) => stackResource(BOOKWYRM, name);
  const web = (name: string, namespace: string, parent?: string) =>
    stackResource("kubernetes:apps/v1:Deployment", name, {
      ...(parent !== undefined && { parent: urnOf(BOOKWYRM, parent) }),
      props: { metadata: { namespace }, spec: { template: { metadata: { labels }, spec: {} } } },
    });
  const found = (...resources: readonly StackResource[]) =>
    instancesOf(resources).map((workloads) => workloads.map(({ resource }) => resource.name));
  const one = [component("one"), web("a", "x", "one")];
  const two = [component("two"), web("b", "y", "two")];
  assert.deepEqual(found(...one, ...two, web("c", "x"), web("d", "z")), [["a", "c"], ["b"], ["d"]]);
  const both = [...one, component("two"), web("b", "x", "two")];
  assert.deepEqual(found(...both, web("c", "x")), [["a"], ["b"], ["c"]]);
  const vague = [...one, component("two"), web("b", UNKNOWN_TO_ENGINE, "two")];
  assert.deepEqual(found(...vague, web("c", "x"), web("d", "x"), web("e", "y")), [
    ["a"],
    ["b", "e"],
    ["c", "d"],
  ]);
});
