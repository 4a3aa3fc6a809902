import assert from "node:assert/strict";
import { test } from "node:test";
import { rootFilesystemReadOnly } from "../../../policy/rules/root-filesystem-read-only.ts";
import { deployment, goodContainer, problems, UNKNOWN } from "../../support/policy.ts";

const judge = (readOnlyRootFilesystem: unknown): string[] =>
  problems(
    rootFilesystemReadOnly,
    "apps/v1:Deployment",
    deployment({
      initContainers: [goodContainer({ securityContext: { readOnlyRootFilesystem } })],
    }),
  );

const PATH = "spec.template.spec.initContainers[app].securityContext.readOnlyRootFilesystem";

test("passes a root file system that is read-only", () => {
  assert.deepEqual(judge(true), []);
});

for (const [value, problem] of [
  [false, "is false"],
  ["true", 'is "true"'],
  [undefined, "is not set"],
  [UNKNOWN, "is not known yet"],
] as const) {
  test(`fails one that ${problem}`, () => {
    assert.deepEqual(judge(value), [`${PATH} ${problem}`]);
  });
}

test("asks nothing of a pod for Windows, which cannot have it", () => {
  const props = deployment({
    os: { name: "windows" },
    containers: [goodContainer({ securityContext: {} })],
  });
  assert.deepEqual(problems(rootFilesystemReadOnly, "apps/v1:Deployment", props), []);
});
