import assert from "node:assert/strict";
import { test } from "node:test";
import { imageIsOne } from "../../../policy/rules/image-is-one.ts";
import type { StackResource } from "../../../policy/rule.ts";
import { stackProblems } from "../../support/policy.ts";
import { programResources, set, withChange, without } from "../../support/program.ts";
import { UNKNOWN } from "../../../policy/snapshot.ts";
import { DIGEST, IMAGE } from "../../support/settings.ts";

const OTHER = `harbor.example.org/uostas/bookwyrm:release-0.9.1-5e0e5a2@${DIGEST}`;
const CONTAINERS = ["spec", "template", "spec", "containers", 0, "image"];
const INIT_CONTAINERS = ["spec", "template", "spec", "initContainers", 0, "image"];

const program = await programResources();

test("passes this program", () => {
  assert.deepEqual(stackProblems(imageIsOne, program), []);
});

test("fails every container that runs another image than the stack sets, init containers as well", () => {
  const web = withChange(program, "Deployment web", set(CONTAINERS, OTHER));
  const stack = withChange(web, "Job migration", set(INIT_CONTAINERS, OTHER));
  const fault = `is "${OTHER}", and the stack sets "${IMAGE}"`;
  assert.deepEqual(stackProblems(imageIsOne, stack), [
    `migration: spec.template.spec.initContainers[migrate].image ${fault}`,
    `web: spec.template.spec.containers[web].image ${fault}`,
  ]);
});

test("fails all of them where the setting is another one", () => {
  const stack = withChange(program, "BookWyrm bookwyrm", set(["image"], OTHER));
  const found = stackProblems(imageIsOne, stack);
  assert.equal(found.length, 7);
  for (const problem of found)
    assert.ok(problem.endsWith(`is "${IMAGE}", and the stack sets "${OTHER}"`));
});

test("without a setting the image of most containers counts", () => {
  const bare = without(program, "BookWyrm bookwyrm");
  assert.deepEqual(stackProblems(imageIsOne, bare), []);
  const stack = withChange(bare, "Deployment beat", set(CONTAINERS, OTHER));
  assert.deepEqual(stackProblems(imageIsOne, stack), [
    `beat: spec.template.spec.containers[beat].image is "${OTHER}", and most of BookWyrm here runs "${IMAGE}"`,
  ]);
  const two = stack.filter(({ name, type }) =>
    ["apps/v1:Deployment beat", "apps/v1:Deployment web"].includes(
      `${type.replace("kubernetes:", "")} ${name}`,
    ),
  );
  const found = `web: spec.template.spec.containers[web].image is "${IMAGE}", and most of BookWyrm here runs "${OTHER}"`;
  assert.deepEqual(stackProblems(imageIsOne, two), [found]);
  assert.deepEqual(stackProblems(imageIsOne, two.toReversed()), [found]);
});

const withSidecar = (image: string): StackResource[] => {
  const sidecar = { name: "log", image, restartPolicy: "Always" };
  const path = ["spec", "template", "spec", "initContainers"];
  return withChange(program, "Deployment web", set(path, [sidecar]));
};

test("fails a sidecar of BookWyrm's repository with another image", () => {
  assert.deepEqual(stackProblems(imageIsOne, withSidecar(OTHER)), [
    `web: spec.template.spec.initContainers[log].image is "${OTHER}", and the stack sets "${IMAGE}"`,
  ]);
  assert.deepEqual(stackProblems(imageIsOne, withSidecar(IMAGE)), []);
});

test("leaves sidecars of other repositories, other programs and what is not known to other rules", () => {
  const sidecars = [
    OTHER.replace("uostas/bookwyrm", "uostas/log"),
    OTHER.replace("harbor.example.org", "harbor.example.net"),
  ];
  for (const image of sidecars) {
    assert.deepEqual(stackProblems(imageIsOne, withSidecar(image)), []);
  }
  for (const image of [UNKNOWN, undefined, 1]) {
    const stack = withChange(program, "Deployment web", set(CONTAINERS, image));
    assert.deepEqual(stackProblems(imageIsOne, stack), []);
  }
  assert.deepEqual(stackProblems(imageIsOne, []), []);
});
