import assert from "node:assert/strict";
import { test } from "node:test";
import { privilegeEscalationOff } from "../../../policy/rules/privilege-escalation-off.ts";
import {
  deployment,
  everyWorkload,
  goodContainer,
  problems,
  UNKNOWN,
} from "../../support/policy.ts";

const judge = (allowPrivilegeEscalation: unknown, podSpec: object = {}): string[] =>
  problems(
    privilegeEscalationOff,
    "apps/v1:Deployment",
    deployment({
      containers: [goodContainer({ securityContext: { allowPrivilegeEscalation } })],
      ...podSpec,
    }),
  );

const PATH = "spec.template.spec.containers[app].securityContext.allowPrivilegeEscalation";

test("passes false", () => {
  assert.deepEqual(judge(false), []);
});

for (const [value, problem] of [
  [true, "is true"],
  ["false", 'is "false"'],
  [undefined, "is not set"],
  [UNKNOWN, "is not known yet"],
] as const) {
  test(`fails a field that ${problem}`, () => {
    assert.deepEqual(judge(value), [`${PATH} ${problem}`]);
  });
}

test("asks nothing of a pod for Windows, which cannot say it", () => {
  assert.deepEqual(judge(undefined, { os: { name: "windows" } }), []);
  assert.deepEqual(judge(undefined, { os: { name: "linux" } }), [`${PATH} is not set`]);
  assert.deepEqual(judge(undefined, { os: { name: UNKNOWN } }), [`${PATH} is not set`]);
});

for (const [type, props, path] of everyWorkload({ initContainers: [{ name: "a" }] })) {
  // What a Patch leaves out stays as it is.
  const field = `${path}.initContainers[a].securityContext.allowPrivilegeEscalation`;
  test(`judges an init container of ${type}`, () => {
    const isSeen = !type.endsWith("Patch") && !type.startsWith("argoproj.io");
    assert.deepEqual(
      problems(privilegeEscalationOff, type, props),
      isSeen ? [`${field} is not set`] : [],
    );
  });
}
