import assert from "node:assert/strict";
import { test } from "node:test";
import { probesAskOwnPod } from "../../../policy/rules/probes-ask-own-pod.ts";
import { deployment, goodContainer, problems, UNKNOWN } from "../../support/policy.ts";

const SPEC = "spec.template.spec";

const judge = (container: object): string[] =>
  problems(
    probesAskOwnPod,
    "apps/v1:Deployment",
    deployment({ containers: [goodContainer(container)] }),
  );

test("passes probes and hooks without a host", () => {
  assert.deepEqual(judge({}), []);
  assert.deepEqual(judge({ readinessProbe: { httpGet: { host: "", port: 80 } } }), []);
  assert.deepEqual(judge({ lifecycle: { preStop: { sleep: { seconds: 5 } } } }), []);
});

for (const [field, container] of [
  ["startupProbe", (handler: object) => ({ startupProbe: handler })],
  ["readinessProbe", (handler: object) => ({ readinessProbe: handler })],
  ["livenessProbe", (handler: object) => ({ livenessProbe: handler })],
  ["lifecycle.postStart", (handler: object) => ({ lifecycle: { postStart: handler } })],
  ["lifecycle.preStop", (handler: object) => ({ lifecycle: { preStop: handler } })],
] as const) {
  for (const handler of ["httpGet", "tcpSocket"]) {
    test(`fails another host in ${field}, asked by ${handler}`, () => {
      const path = `${SPEC}.containers[app].${field}.${handler}.host`;
      assert.deepEqual(judge(container({ [handler]: { host: "10.0.0.1", port: 80 } })), [
        `${path} is "10.0.0.1"`,
      ]);
      assert.deepEqual(judge(container({ [handler]: { host: UNKNOWN } })), [
        `${path} is not known yet`,
      ]);
    });
  }
}

test("judges init containers and Patches too", () => {
  const spec = {
    initContainers: [{ name: "a", livenessProbe: { tcpSocket: { host: 1 } } }],
  };
  assert.deepEqual(
    problems(probesAskOwnPod, "apps/v1:DeploymentPatch", { spec: { template: { spec } } }),
    [`${SPEC}.initContainers[a].livenessProbe.tcpSocket.host is 1`],
  );
});
