import assert from "node:assert/strict";
import { test } from "node:test";
import { runsUnprivileged } from "../../../policy/rules/runs-unprivileged.ts";
import { deployment, goodContainer, problems, UNKNOWN } from "../../support/policy.ts";

const GOOD = { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } };
const APP = "spec.template.spec.containers[app].securityContext";

const judge = (securityContext: object, podSpec: object = {}): string[] =>
  problems(
    runsUnprivileged,
    "apps/v1:Deployment",
    deployment({ containers: [goodContainer({ securityContext })], ...podSpec }),
  ).map((text) => text.replace(`${APP}.`, ""));

test("passes what the pod or the container itself says", () => {
  assert.deepEqual(judge(GOOD), []);
  const own = { runAsNonRoot: true, seccompProfile: { type: "Localhost" } };
  assert.deepEqual(judge({ ...GOOD, ...own }, { securityContext: {} }), []);
});

for (const [change, expected] of [
  [{ runAsNonRoot: false }, "runAsNonRoot is false"],
  [{ runAsUser: 0 }, "runAsUser is 0"],
  [{ allowPrivilegeEscalation: true }, "allowPrivilegeEscalation is true"],
  [{ allowPrivilegeEscalation: undefined }, "allowPrivilegeEscalation is not set"],
  [{ allowPrivilegeEscalation: UNKNOWN }, "allowPrivilegeEscalation is not known yet"],
  [{ capabilities: {} }, "capabilities.drop is not set"],
  [{ capabilities: { drop: "ALL" } }, 'capabilities.drop is "ALL"'],
  [{ capabilities: { drop: ["NET_RAW"] } }, 'capabilities.drop is ["NET_RAW"]'],
  [
    { capabilities: { drop: ["ALL"], add: ["NET_BIND_SERVICE", "SYS_ADMIN"] } },
    'capabilities.add is ["NET_BIND_SERVICE","SYS_ADMIN"]',
  ],
  [{ seccompProfile: { type: "Unconfined" } }, 'seccompProfile.type is "Unconfined"'],
] as const) {
  test(`fails: ${expected}`, () => {
    assert.deepEqual(judge({ ...GOOD, ...change }), [expected]);
  });
}

test("fails where neither the pod nor the container says anything", () => {
  assert.deepEqual(judge({}, { securityContext: {} }), [
    "runAsNonRoot is not set",
    "allowPrivilegeEscalation is not set",
    "capabilities.drop is not set",
    "seccompProfile.type is not set",
  ]);
});

test("fails root where only the pod says so", () => {
  const securityContext = {
    runAsNonRoot: true,
    runAsUser: 0,
    seccompProfile: { type: "Localhost" },
  };
  assert.deepEqual(judge(GOOD, { securityContext }), ["runAsUser is 0"]);
});

test("passes a Patch that leaves all of it alone", () => {
  const props = { spec: { template: { spec: { containers: [{ name: "app" }] } } } };
  assert.deepEqual(problems(runsUnprivileged, "apps/v1:DeploymentPatch", props), []);
});
