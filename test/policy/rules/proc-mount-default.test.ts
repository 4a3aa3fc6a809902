import assert from "node:assert/strict";
import { test } from "node:test";
import { procMountDefault } from "../../../policy/rules/proc-mount-default.ts";
import { deployment, goodContainer, problems, UNKNOWN } from "../../support/policy.ts";

const judge = (procMount: unknown): string[] =>
  problems(
    procMountDefault,
    "apps/v1:Deployment",
    deployment({ ephemeralContainers: [goodContainer({ securityContext: { procMount } })] }),
  );

const PATH = "spec.template.spec.ephemeralContainers[app].securityContext.procMount";

test("passes what is left out, or the default", () => {
  assert.deepEqual(judge(undefined), []);
  assert.deepEqual(judge("Default"), []);
});

for (const [value, problem] of [
  ["Unmasked", 'is "Unmasked"'],
  [true, "is true"],
  [UNKNOWN, "is not known yet"],
] as const) {
  test(`fails a field that ${problem}`, () => {
    assert.deepEqual(judge(value), [`${PATH} ${problem}`]);
  });
}
