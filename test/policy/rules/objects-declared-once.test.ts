import assert from "node:assert/strict";
import { test } from "node:test";
import type { StackResource } from "../../../policy/rule.ts";
import { objectsDeclaredOnce } from "../../../policy/rules/objects-declared-once.ts";
import { stackProblems, stackResource, UNKNOWN, urnOf } from "../../support/policy.ts";
import { programResources } from "../../support/program.ts";

const judge = (...resources: readonly StackResource[]): string[] =>
  stackProblems(objectsDeclaredOnce, resources);

const BOOKS = { name: "web", namespace: "books" };

const object = (
  name: string,
  metadata: object | undefined = BOOKS,
  { type = "apps/v1:Deployment", cluster = "cluster", settings = {} } = {},
): StackResource => {
  const provider = "pulumi:providers:kubernetes";
  return stackResource(`kubernetes:${type}`, name, {
    props: { metadata },
    provider: { type: provider, name: cluster, urn: urnOf(provider, cluster), props: settings },
  });
};

const patch = (metadata: object | undefined = BOOKS, type = "apps/v1:DeploymentPatch") =>
  object("patch", metadata, { type });

const PATCHED = 'patch: metadata.name is "web", and the resource "one" makes this Deployment';

test("passes this program, and fails a Patch of what it makes", async () => {
  const program = await programResources();
  assert.deepEqual(judge(...program), []);
  const web = program.find(({ type, name }) => type.endsWith(":Deployment") && name === "web");
  assert.ok(web !== undefined);
  const template = { spec: { containers: [{ name: "web", image: "other" }] } };
  const metadata = (web.props as { readonly metadata: object }).metadata;
  const type = "kubernetes:apps/v1:DeploymentPatch";
  const props = { metadata, spec: { template } };
  assert.deepEqual(
    judge(...program, stackResource(type, "patch", { props, provider: web.provider })),
    ['patch: metadata.name is "web-1a2b3c4d", and the resource "web" makes this Deployment'],
  );
});

test("fails a Patch in any API version of its kind, also of an item of a List", () => {
  assert.deepEqual(judge(object("one"), patch()), [PATCHED]);
  for (const version of ["apps/v1beta2", "extensions/v1beta1"]) {
    assert.deepEqual(judge(object("one"), patch(BOOKS, `${version}:DeploymentPatch`)), [PATCHED]);
  }
  const items = [{ metadata: { ...BOOKS, name: "api" } }, { metadata: BOOKS }];
  const type = "kubernetes:apps/v1:DeploymentList";
  assert.deepEqual(judge(stackResource(type, "one", { props: { items } }), patch()), [PATCHED]);
});

test("fails a Patch of a custom resource that the stack makes, and of no namesake in another group", () => {
  const rollout = { type: "argoproj.io/v1alpha1:Rollout" };
  assert.deepEqual(judge(object("one", BOOKS, rollout), patch(BOOKS, `${rollout.type}Patch`)), [
    'patch: metadata.name is "web", and the resource "one" makes this Rollout',
  ]);
  const knative = { type: "serving.knative.dev/v1:Service" };
  assert.deepEqual(judge(object("one", BOOKS, knative), patch(BOOKS, "core/v1:ServicePatch")), []);
});

test("passes Patches of what something else makes, also several of one object", () => {
  assert.deepEqual(judge(patch(), object("more", BOOKS, { type: "apps/v1:DeploymentPatch" })), []);
  assert.deepEqual(judge(object("one"), patch({ ...BOOKS, name: "api" })), []);
  assert.deepEqual(judge(object("one"), patch({ ...BOOKS, namespace: "other" })), []);
  assert.deepEqual(judge(object("one"), patch({ name: "web" })), []);
  assert.deepEqual(judge(object("one"), patch(BOOKS, "apps/v1:StatefulSetPatch")), []);
  assert.deepEqual(judge(object("one", BOOKS, { cluster: "other" }), patch()), []);
});

test("passes objects whose names are not of the program: a Patch needs one", () => {
  const { namespace } = BOOKS;
  assert.deepEqual(judge(object("one", { namespace }), object("two", { namespace })), []);
  assert.deepEqual(judge(object("one", { namespace }), patch()), []);
  assert.deepEqual(judge(object("one"), patch({ namespace })), []);
  assert.deepEqual(judge(object("one", { namespace }), patch({ ...BOOKS, name: UNKNOWN })), []);
});

test("a Patch that may be of such an object is not known, whatever part of either is missing", () => {
  const unknown =
    'patch: metadata.name may be that of the Deployment which the resource "one" makes: not all of it is known yet';
  const other = object("other", { ...BOOKS, name: "api" });
  for (const metadata of [
    UNKNOWN,
    { ...BOOKS, name: UNKNOWN },
    { ...BOOKS, namespace: UNKNOWN },
  ] as object[]) {
    assert.deepEqual(judge(object("one"), patch(metadata)), [unknown]);
    assert.deepEqual(judge(object("one", metadata), patch()), [unknown]);
    assert.deepEqual(judge(other, object("one", metadata), patch()), [unknown]);
  }
  const [finding] = objectsDeclaredOnce.judgeStack([object("one", UNKNOWN as never), patch()], {});
  assert.equal(finding?.isUnknown, true);
  // Of two that it may be of, the one that it is of.
  assert.deepEqual(judge(object("a", { ...BOOKS, name: UNKNOWN }), object("one"), patch()), [
    PATCHED,
  ]);
  const [certain] = objectsDeclaredOnce.judgeStack([object("one"), patch()], {});
  assert.equal(certain?.isUnknown, undefined);
});

test("knows a cluster by what its providers are set to", () => {
  const settings = { context: "prod" };
  const one = object("one", BOOKS, { settings });
  const again = object("two", BOOKS, { cluster: "other", settings });
  assert.deepEqual(judge(one, again), [
    'two: metadata.name is "web", and the resource "one" makes this Deployment',
  ]);
  const more = { cluster: "other", settings: { context: "prod", kubeconfig: "a" } };
  const type = "apps/v1:DeploymentPatch";
  assert.deepEqual(judge(one, object("patch", BOOKS, { type, ...more })), [
    'patch: metadata.name may be that of the Deployment which the resource "one" makes: not all of it is known yet',
  ]);
});

test("fails an object that two resources make, and leaves those that only may be one", () => {
  assert.deepEqual(judge(object("one"), object("two")), [
    'two: metadata.name is "web", and the resource "one" makes this Deployment',
  ]);
  const items = [{ metadata: BOOKS }, { metadata: BOOKS }];
  const type = "kubernetes:apps/v1:DeploymentList";
  assert.deepEqual(judge(stackResource(type, "one", { props: { items } })), [
    'one: items[1].metadata.name is "web", and the resource "one" makes this Deployment',
  ]);
  assert.deepEqual(judge(object("a"), object("b", { ...BOOKS, namespace: "other" }), object("c")), [
    'c: metadata.name is "web", and the resource "a" makes this Deployment',
  ]);
  const vague = { ...BOOKS, namespace: UNKNOWN };
  assert.deepEqual(judge(object("one", vague), object("two", vague)), []);
  assert.deepEqual(judge(object("one"), object("two", vague)), []);
  assert.deepEqual(judge(object("one", vague), object("two")), []);
  assert.deepEqual(judge(object("one"), object("two", BOOKS, { cluster: "other" })), []);
  assert.deepEqual(judge(object("one"), object("two", BOOKS, { type: "apps/v1:DaemonSet" })), []);
});
