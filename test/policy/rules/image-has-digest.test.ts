import assert from "node:assert/strict";
import { test } from "node:test";
import { imageHasDigest } from "../../../policy/rules/image-has-digest.ts";
import {
  deployment,
  everyWorkload,
  goodPodSpec,
  IMAGE,
  problems,
  UNKNOWN,
} from "../../support/policy.ts";

const judge = (image: unknown): string[] =>
  problems(
    imageHasDigest,
    "apps/v1:Deployment",
    deployment({ containers: [{ name: "app", image }] }),
  );

const PATH = "spec.template.spec.containers[app].image";

test("passes a pinned image", () => {
  assert.deepEqual(judge(IMAGE), []);
});

for (const [image, problem] of [
  ["harbor.example.org/uostas/app:1", "has no digest"],
  ["nginx", "has no digest"],
  [`nginx:LATEST@sha256:${"0f".repeat(32)}`, 'has the tag "latest", which names no release'],
  [
    `nginx@sha256:${"0f".repeat(31)}`,
    "has a digest that is not sha256: and 64 lower-case hex digits",
  ],
  [
    `nginx@sha512:${"0f".repeat(64)}`,
    "has a digest that is not sha256: and 64 lower-case hex digits",
  ],
] as const) {
  test(`fails ${image.slice(0, 40)}`, () => {
    assert.deepEqual(judge(image), [`${PATH} is "${image}": it ${problem}`]);
  });
}

test("fails what is not set, not a text, or not known", () => {
  assert.deepEqual(judge(undefined), [`${PATH} is not set`]);
  assert.deepEqual(judge(1), [`${PATH} is not a text`]);
  assert.deepEqual(judge(UNKNOWN), [`${PATH} is not known yet, so nobody can tell what would run`]);
});

test("an unknown image hides no other fault", () => {
  const containers = [
    { name: "a", image: UNKNOWN },
    { name: "b", image: "nginx:latest" },
  ];
  assert.equal(
    problems(imageHasDigest, "apps/v1:Deployment", deployment({ containers })).length,
    2,
  );
});

for (const [type, props, path] of everyWorkload(
  goodPodSpec({ initContainers: [{ name: "app", image: "nginx" }] }),
)) {
  test(`fails in the init container of ${type}`, () => {
    assert.deepEqual(problems(imageHasDigest, type, props), [
      `${path}.initContainers[app].image is "nginx": it has no digest`,
    ]);
  });
}

test("passes a Patch that leaves the image alone", () => {
  const props = { spec: { template: { spec: { containers: [{ name: "app" }] } } } };
  assert.deepEqual(problems(imageHasDigest, "apps/v1:DeploymentPatch", props), []);
});

for (const [type, props, path] of everyWorkload(
  goodPodSpec({ volumes: [{ name: "model", image: { reference: "nginx" } }] }),
)) {
  test(`fails in an image volume of ${type}`, () => {
    assert.deepEqual(problems(imageHasDigest, type, props), [
      `${path}.volumes[model].image.reference is "nginx": it has no digest`,
    ]);
  });
}

test("judges what an image volume mounts like what a container runs", () => {
  const judgeVolumes = (volumes: unknown, type = "apps/v1:Deployment"): string[] =>
    problems(imageHasDigest, type, deployment({ volumes }));
  const at = "spec.template.spec.volumes";
  const unknown = "is not known yet, so nobody can tell what would run";
  assert.deepEqual(judgeVolumes([{ name: "a", image: { reference: IMAGE } }]), []);
  assert.deepEqual(judgeVolumes([{ name: "a", emptyDir: {} }, { configMap: UNKNOWN }, null]), []);
  assert.deepEqual(judgeVolumes([{ name: "a", image: {} }]), [
    `${at}[a].image.reference is not set`,
  ]);
  assert.deepEqual(judgeVolumes([{ name: "a", image: {} }], "apps/v1:DeploymentPatch"), []);
  for (const volume of [
    { name: "a", image: UNKNOWN },
    { name: "a", image: { reference: UNKNOWN } },
  ]) {
    assert.deepEqual(judgeVolumes([volume]), [`${at}[a].image.reference ${unknown}`]);
  }
  assert.deepEqual(judgeVolumes([UNKNOWN]), [`${at}[0].image.reference ${unknown}`]);
  assert.deepEqual(judgeVolumes(UNKNOWN), [`${at}[*].image.reference ${unknown}`]);
});

test("passes a digest without a tag: it says all that a node needs", () => {
  assert.deepEqual(judge(`harbor.example.org/uostas/app@sha256:${"0f".repeat(32)}`), []);
});
