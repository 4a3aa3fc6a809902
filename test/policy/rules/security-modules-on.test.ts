import assert from "node:assert/strict";
import { test } from "node:test";
import { securityModulesOn } from "../../../policy/rules/security-modules-on.ts";
import { goodContainer, goodPodSpec, problems, UNKNOWN } from "../../support/policy.ts";

const judge = (securityContext: unknown, annotations: unknown = {}): string[] =>
  problems(securityModulesOn, "core/v1:Pod", {
    metadata: { annotations },
    spec: goodPodSpec({ initContainers: [goodContainer({ securityContext })] }),
  });

const PATH = "spec.initContainers[app].securityContext";
const ANNOTATION = "container.apparmor.security.beta.kubernetes.io/app";

test("passes what leaves them alone, or names what containers are allowed", () => {
  assert.deepEqual(judge({}), []);
  assert.deepEqual(judge({ appArmorProfile: { type: "RuntimeDefault" } }), []);
  assert.deepEqual(judge({ appArmorProfile: { type: "Localhost" } }), []);
  for (const type of ["", "container_t", "container_init_t", "container_kvm_t"]) {
    assert.deepEqual(judge({ seLinuxOptions: { type, user: "", role: "", level: "s0" } }), []);
  }
  assert.deepEqual(judge({ seLinuxOptions: { type: "container_engine_t" } }), []);
});

for (const [securityContext, problem] of [
  [{ appArmorProfile: { type: "Unconfined" } }, 'appArmorProfile.type is "Unconfined"'],
  [{ appArmorProfile: { type: UNKNOWN } }, "appArmorProfile.type is not known yet"],
  [{ seLinuxOptions: { type: "spc_t" } }, 'seLinuxOptions.type is "spc_t"'],
  [{ seLinuxOptions: { type: 1 } }, "seLinuxOptions.type is 1"],
  [{ seLinuxOptions: { user: "root" } }, 'seLinuxOptions.user is "root"'],
  [{ seLinuxOptions: { role: "sysadm_r" } }, 'seLinuxOptions.role is "sysadm_r"'],
] as const) {
  test(`fails: ${problem}`, () => {
    assert.deepEqual(judge(securityContext), [`${PATH}.${problem}`]);
  });
}

for (const profile of ["", "runtime/default", "localhost/app"]) {
  test(`passes the annotation "${profile}"`, () => {
    assert.deepEqual(judge({}, { [ANNOTATION]: profile }), []);
  });
}

for (const [profile, problem] of [
  ["unconfined", 'is "unconfined"'],
  ["runtime/default2", 'is "runtime/default2"'],
  [1, "is 1"],
  [UNKNOWN, "is not known yet"],
] as const) {
  test(`fails an annotation that ${problem}`, () => {
    assert.deepEqual(judge({}, { [ANNOTATION]: profile, other: "unconfined" }), [
      `metadata.annotations["${ANNOTATION}"] ${problem}`,
    ]);
  });
}

test("has nothing to say to annotations that are none, or not known", () => {
  assert.deepEqual(judge({}, "text"), []);
  assert.deepEqual(judge({}, null), []);
  assert.deepEqual(judge({}, UNKNOWN), []);
});
