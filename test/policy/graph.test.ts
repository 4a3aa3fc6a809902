import assert from "node:assert/strict";
import { test } from "node:test";
import { ancestorsOf, instanceOf } from "../../policy/graph.ts";
import { stackResource, urnOf } from "../support/policy.ts";

const JOB = "kubernetes:batch/v1:Job";
const BOOKWYRM = "bookwyrm:components:BookWyrm";
const WEB = "bookwyrm:components:Web";

const job = (name: string, ...dependencies: readonly string[]) =>
  stackResource(JOB, name, { dependencies: dependencies.map((each) => urnOf(JOB, each)) });

test("ancestors are found near and far, once each, also in a circle and beyond the stack", () => {
  const last = job("last", "middle", "other");
  const stack = [last, job("middle", "first"), job("first", "gone", "last"), job("other", "first")];
  assert.deepEqual(
    [...ancestorsOf(last, stack)].sort(),
    ["first", "gone", "last", "middle", "other"].map((name) => urnOf(JOB, name)),
  );
  assert.deepEqual([...ancestorsOf(job("alone"), stack)], []);
});

test("a resource belongs to the nearest BookWyrm above it", () => {
  const outer = stackResource(BOOKWYRM, "outer");
  const inner = stackResource(BOOKWYRM, "inner", { parent: outer.urn });
  const web = stackResource(WEB, "web", { parent: inner.urn });
  const deployment = stackResource(JOB, "job", { parent: web.urn });
  const stack = [deployment, web, inner, outer];
  assert.equal(instanceOf(deployment, stack), inner);
  assert.equal(instanceOf(web, stack), inner);
  assert.equal(instanceOf(inner, stack), outer);
  assert.equal(instanceOf(outer, stack), undefined);
  assert.equal(instanceOf(stackResource(JOB, "job", { parent: "urn:gone" }), stack), undefined);
});
