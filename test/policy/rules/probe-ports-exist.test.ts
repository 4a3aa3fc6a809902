import assert from "node:assert/strict";
import { test } from "node:test";
import { probePortsExist } from "../../../policy/rules/probe-ports-exist.ts";
import { deployment, problems, UNKNOWN } from "../../support/policy.ts";

const PORTS = [{ name: "http", containerPort: 8000 }];

const judge = (container: object, ports: unknown = PORTS): string[] =>
  problems(
    probePortsExist,
    "apps/v1:Deployment",
    deployment({ containers: [{ name: "app", ports, ...container }] }),
  ).map((text) => text.replace("spec.template.spec.containers[app].", ""));

const FAULT = "which is none of the container's ports";

test("passes the name and the number of a port, and what asks no port", () => {
  assert.deepEqual(judge({ readinessProbe: { httpGet: { port: "http" } } }), []);
  assert.deepEqual(judge({ livenessProbe: { tcpSocket: { port: 8000 } } }), []);
  assert.deepEqual(judge({ startupProbe: { exec: { command: ["true"] } } }, undefined), []);
});

for (const [name, container, problem] of [
  [
    "a name",
    { readinessProbe: { httpGet: { port: "web" } } },
    'readinessProbe.httpGet.port is "web"',
  ],
  [
    "a number",
    { livenessProbe: { tcpSocket: { port: 80 } } },
    "livenessProbe.tcpSocket.port is 80",
  ],
  [
    "a number as text",
    { startupProbe: { grpc: { port: "8000" } } },
    'startupProbe.grpc.port is "8000"',
  ],
  [
    "a hook",
    { lifecycle: { preStop: { httpGet: { port: "stop" } } } },
    'lifecycle.preStop.httpGet.port is "stop"',
  ],
] as const) {
  test(`fails a port that is not declared, by ${name}`, () => {
    assert.deepEqual(judge(container), [`${problem}, ${FAULT}`]);
  });
}

test("fails every port of a container that declares none", () => {
  const probe = { readinessProbe: { httpGet: { port: 80 } } };
  assert.deepEqual(judge(probe, null), [`readinessProbe.httpGet.port is 80, ${FAULT}`]);
});

test("a Patch may leave the ports to what it patches, but not name one that it leaves out", () => {
  const patch = (container: object): string[] =>
    problems(
      probePortsExist,
      "apps/v1:DeploymentPatch",
      deployment({ containers: [{ name: "app", ...container }] }),
    );
  const probe = { readinessProbe: { httpGet: { port: 80 } } };
  assert.deepEqual(patch(probe), []);
  assert.equal(patch({ ...probe, ports: PORTS }).length, 1);
});

test("says nothing where the port, or one of the ports, is known later", () => {
  assert.deepEqual(judge({ readinessProbe: { httpGet: { port: UNKNOWN } } }), []);
  const probe = { readinessProbe: { httpGet: { port: 80 } } };
  assert.deepEqual(judge(probe, UNKNOWN), []);
  assert.deepEqual(judge(probe, [{ containerPort: UNKNOWN }]), []);
  assert.deepEqual(judge(probe, [{ name: UNKNOWN, containerPort: 1 }]), []);
});
