import assert from "node:assert/strict";
import { test } from "node:test";
import { capabilitiesDropped } from "../../../policy/rules/capabilities-dropped.ts";
import { deployment, goodContainer, problems, UNKNOWN } from "../../support/policy.ts";

const judge = (capabilities: unknown, podSpec: object = {}): string[] =>
  problems(
    capabilitiesDropped,
    "apps/v1:Deployment",
    deployment({
      containers: [goodContainer({ securityContext: { capabilities } })],
      ...podSpec,
    }),
  );

const PATH = "spec.template.spec.containers[app].securityContext.capabilities";

test("passes all dropped, and the right to open a low port", () => {
  assert.deepEqual(judge({ drop: ["ALL"] }), []);
  assert.deepEqual(judge({ drop: ["NET_RAW", "ALL"], add: [] }), []);
  assert.deepEqual(judge({ drop: ["ALL"], add: ["NET_BIND_SERVICE"] }), []);
});

for (const [drop, problem] of [
  [undefined, "is not set"],
  [[], "is []"],
  [["NET_RAW"], 'is ["NET_RAW"]'],
  [["all"], 'is ["all"]'],
  ["ALL", 'is "ALL"'],
  [["ALL", 1], 'is ["ALL",1]'],
  [UNKNOWN, "is not known yet"],
] as const) {
  test(`fails what is dropped where it ${problem}`, () => {
    assert.deepEqual(judge({ drop }), [`${PATH}.drop ${problem}`]);
  });
}

for (const [add, problem] of [
  [["NET_BIND_SERVICE", "SYS_ADMIN"], 'is ["NET_BIND_SERVICE","SYS_ADMIN"]'],
  ["NET_BIND_SERVICE", 'is "NET_BIND_SERVICE"'],
  [UNKNOWN, "is not known yet"],
] as const) {
  test(`fails what is added where it ${problem}`, () => {
    assert.deepEqual(judge({ drop: ["ALL"], add }), [`${PATH}.add ${problem}`]);
  });
}

test("asks nothing of a pod for Windows, which has no capabilities", () => {
  assert.deepEqual(judge(undefined, { os: { name: "windows" } }), []);
});
