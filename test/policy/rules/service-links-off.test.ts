import assert from "node:assert/strict";
import { test } from "node:test";
import { serviceLinksOff } from "../../../policy/rules/service-links-off.ts";
import { deployment, problems, UNKNOWN } from "../../support/policy.ts";

const judge = (enableServiceLinks: unknown): string[] =>
  problems(serviceLinksOff, "apps/v1:Deployment", deployment({ enableServiceLinks }));

const PATH = "spec.template.spec.enableServiceLinks";

test("passes false", () => {
  assert.deepEqual(judge(false), []);
});

for (const [value, problem] of [
  [true, "is true"],
  [undefined, "is not set"],
  [UNKNOWN, "is not known yet"],
] as const) {
  test(`fails a field that ${problem}`, () => {
    assert.deepEqual(judge(value), [`${PATH} ${problem}`]);
  });
}
