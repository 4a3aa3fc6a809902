import assert from "node:assert/strict";
import { test } from "node:test";
import { everyObjectOf, objectsOf } from "../../policy/objects.ts";
import { asInPreview, UNKNOWN } from "../support/policy.ts";

const described = (type: string, props: object): string[] =>
  everyObjectOf({ type, props: asInPreview(props) }).map(({ kind, isPatch, read, at }) => {
    const name = read("metadata", "name");
    const text = name.state === "known" ? String(name.value) : name.state;
    return `${kind}${isPatch ? " (Patch)" : ""} ${text} ${at("spec")}`;
  });

test("a resource is one object, in whatever version", () => {
  const props = { metadata: { name: "web" } };
  assert.deepEqual(described("kubernetes:apps/v1:Deployment", props), ["Deployment web spec"]);
  assert.deepEqual(described("kubernetes:extensions/v1beta1:Deployment", props), [
    "Deployment web spec",
  ]);
  assert.deepEqual(described("kubernetes:apps/v1:DeploymentPatch", props), [
    "Deployment (Patch) web spec",
  ]);
});

test("a List is its items, which name their own kind or have that of the list", () => {
  const items = [{ metadata: { name: "a" } }, { kind: "Job", metadata: { name: "b" } }, "text"];
  assert.deepEqual(described("kubernetes:apps/v1:DeploymentList", { items }), [
    "Deployment a items[0].spec",
    "Job b items[1].spec",
    "Deployment absent items[2].spec",
  ]);
  assert.deepEqual(described("kubernetes:core/v1:List", { items: [items[1]] }), [
    "Job b items[0].spec",
  ]);
});

test("a List in a List is its items too", () => {
  const inner = { kind: "JobList", items: [{ metadata: { name: "a" } }, UNKNOWN] };
  assert.deepEqual(described("kubernetes:core/v1:List", { items: [{}, inner] }), [
    " absent items[0].spec",
    "Job a items[1].items[0].spec",
    "Job unknown items[1].items[1].spec",
  ]);
});

test("an object knows the version that it is of", () => {
  const versions = (type: string, props: object): string[] =>
    everyObjectOf({ type, props: asInPreview(props) }).map(({ apiVersion }) => apiVersion);
  const items = [{ apiVersion: "v1" }, { apiVersion: "apps/v1" }, { apiVersion: UNKNOWN }, {}];
  assert.deepEqual(versions("kubernetes:apps/v1:DeploymentPatch", {}), ["apps/v1"]);
  assert.deepEqual(versions("kubernetes:v1:Pod", {}), ["core/v1"]);
  assert.deepEqual(versions("kubernetes:core/v1:List", { items }), ["core/v1", "apps/v1", "", ""]);
  assert.deepEqual(versions("kubernetes:batch/v1:JobList", { items: [{}] }), ["batch/v1"]);
});

test("a kind of others that only ends like a list is an object", () => {
  const props = { metadata: { name: "a" } };
  assert.deepEqual(described("kubernetes:example.org/v1:TaskList", props), ["TaskList a spec"]);
  assert.deepEqual(described("kubernetes:example.org/v1:TaskList", { items: [] }), []);
});

test("an item that is not known is an object of which nothing is", () => {
  const expected = ["Deployment unknown items[0].spec"];
  assert.deepEqual(described("kubernetes:apps/v1:DeploymentList", { items: [UNKNOWN] }), expected);
  assert.deepEqual(described("kubernetes:apps/v1:DeploymentList", { items: UNKNOWN }), expected);
  assert.deepEqual(described("kubernetes:apps/v1:DeploymentList", {}), []);
});

test("an object stands at its own path", () => {
  const at = (type: string, props: object): string[] =>
    everyObjectOf({ type, props }).map((object) => object.at(""));
  assert.deepEqual(at("kubernetes:core/v1:Pod", {}), [""]);
  assert.deepEqual(at("kubernetes:core/v1:PodList", { items: [{}, {}] }), ["items[0]", "items[1]"]);
});

test("what is not of Kubernetes makes none", () => {
  assert.deepEqual(described("pulumi:pulumi:Stack", {}), []);
  assert.deepEqual(described("docker:index/image:Image", {}), []);
});

test("objects are asked for by kind", () => {
  const items = [{ kind: "Job" }, { kind: "Service" }, { kind: "CronJob" }];
  const found = objectsOf(
    { type: "kubernetes:core/v1:List", props: asInPreview({ items }) },
    "Job",
    "CronJob",
  );
  assert.deepEqual(
    found.map(({ kind }) => kind),
    ["Job", "CronJob"],
  );
});
