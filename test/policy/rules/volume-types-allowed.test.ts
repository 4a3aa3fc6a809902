import assert from "node:assert/strict";
import { test } from "node:test";
import { volumeTypesAllowed } from "../../../policy/rules/volume-types-allowed.ts";
import { deployment, everyWorkload, problems, UNKNOWN } from "../../support/policy.ts";

const judge = (volumes: unknown): string[] =>
  problems(volumeTypesAllowed, "apps/v1:Deployment", deployment({ volumes }));

const PATH = "spec.template.spec.volumes";

test("passes none, and every type that Pod Security allows", () => {
  assert.deepEqual(judge(undefined), []);
  const types = [
    "configMap",
    "csi",
    "downwardAPI",
    "emptyDir",
    "ephemeral",
    "image",
    "persistentVolumeClaim",
    "projected",
    "secret",
  ];
  assert.deepEqual(judge(types.map((type) => ({ name: "data", [type]: {} }))), []);
});

test("passes what an allowed type says, also where it is not known yet", () => {
  assert.deepEqual(judge([{ name: UNKNOWN, configMap: UNKNOWN }]), []);
  assert.deepEqual(judge([{ name: "data", hostPath: null }]), []);
});

test("fails every other type, also beside an allowed one", () => {
  assert.deepEqual(
    judge([{ hostPath: { path: "/" } }, { emptyDir: {}, nfs: {} }, { new: UNKNOWN }]),
    [
      `${PATH}[0].hostPath is a type that is not allowed`,
      `${PATH}[1].nfs is a type that is not allowed`,
      `${PATH}[2].new is a type that is not allowed`,
    ],
  );
});

test("fails what is not known, and what is no volume", () => {
  assert.deepEqual(judge(UNKNOWN), [`${PATH} is not known yet`]);
  assert.deepEqual(judge("text"), [`${PATH} is "text"`]);
  assert.deepEqual(judge([UNKNOWN, "text", null]), [
    `${PATH}[0] is not known yet`,
    `${PATH}[1] is "text"`,
    `${PATH}[2] is not set`,
  ]);
});

for (const [type, props, path] of everyWorkload({ containers: [], volumes: [{ gitRepo: {} }] })) {
  test(`judges ${type}`, () => {
    assert.deepEqual(problems(volumeTypesAllowed, type, props), [
      `${path}.volumes[0].gitRepo is a type that is not allowed`,
    ]);
  });
}
