import assert from "node:assert/strict";
import { test } from "node:test";
import { imageChangesNotIgnored } from "../../../policy/rules/image-changes-not-ignored.ts";
import { deployment, everyWorkload, goodPodSpec, problems } from "../../support/policy.ts";

const judge = (path: string, type = "apps/v1:Deployment", props = deployment()): string[] =>
  problems(imageChangesNotIgnored, type, props, {}, { options: { ignoreChanges: [path] } });

for (const path of [
  "spec.replicas",
  "metadata.annotations",
  'metadata.annotations["spec.template"]',
  "spec.template.metadata",
  "spec.template.spec.containers[0].env",
  'spec.template.spec.containers[0]["resources"]',
  "spec.template.spec.imagePullSecrets",
  "spec.templates",
  "spec.template.spec.volumes[0].configMap",
  "spec.template.spec.volumes[0].image.pullPolicy",
]) {
  test(`passes ${path}`, () => {
    assert.deepEqual(judge(path), []);
  });
}

for (const path of [
  "spec",
  "*",
  "spec.template",
  "spec.*",
  "spec.template.spec",
  'spec["template"].spec["containers"]',
  '["spec"]["template"]',
  "spec.template.spec.containers",
  "spec.template.spec.containers[0]",
  "spec.template.spec.containers[0].image",
  'spec.template.spec.containers[7]["image"]',
  "spec.template.spec.containers[*].image",
  "spec.template.spec.initContainers[*].image",
  "spec.template.spec.ephemeralContainers",
  "spec.template.spec.*[0].image",
  "spec.template.spec.containers[0].image.name",
]) {
  test(`fails ${path}`, () => {
    assert.deepEqual(judge(path), [`ignoreChanges["${path}"] covers the image of a container`]);
  });
}

for (const path of [
  "spec.template.spec.volumes",
  "spec.template.spec.volumes[1]",
  "spec.template.spec.volumes[*].image",
  "spec.template.spec.volumes[0].image.reference",
]) {
  test(`fails ${path}`, () => {
    assert.deepEqual(judge(path), [`ignoreChanges["${path}"] covers the image of a volume`]);
  });
}

for (const [type, props, path] of everyWorkload(goodPodSpec())) {
  test(`knows where ${type} has its images`, () => {
    assert.equal(judge(`${path}.containers`, type, props).length, 1);
    assert.deepEqual(judge(`${path}.hostname`, type, props), []);
  });
}

test("lets a resource without pods ignore what it likes", () => {
  assert.deepEqual(judge("spec", "core/v1:Service", { spec: {} }), []);
});

test("reports each of several", () => {
  const options = { ignoreChanges: ["spec.template", "spec.replicas", "spec"] };
  assert.equal(
    problems(imageChangesNotIgnored, "apps/v1:Deployment", deployment(), {}, { options }).length,
    2,
  );
});
