import assert from "node:assert/strict";
import { test } from "node:test";
import { probesPresent } from "../../../policy/rules/probes-present.ts";
import { deployment, goodContainer, problems, UNKNOWN } from "../../support/policy.ts";

const judge = (podSpec: object, type = "apps/v1:Deployment"): string[] =>
  problems(probesPresent, type, deployment(podSpec)).map((text) => text.split(" ")[0] ?? "");

const SPEC = "spec.template.spec";

test("passes a container with both probes, also where they are not known yet", () => {
  assert.deepEqual(judge({}), []);
  assert.deepEqual(judge({ containers: [goodContainer({ readinessProbe: UNKNOWN })] }), []);
});

test("fails a container without readiness, without liveness, or with a startup probe alone", () => {
  const { readinessProbe: _readiness, ...withoutReadiness } = goodContainer() as Record<
    string,
    unknown
  >;
  const { livenessProbe: _liveness, ...withoutLiveness } = goodContainer() as Record<
    string,
    unknown
  >;
  assert.deepEqual(judge({ containers: [withoutReadiness] }), [
    `${SPEC}.containers[app].readinessProbe`,
  ]);
  assert.deepEqual(judge({ containers: [withoutLiveness] }), [
    `${SPEC}.containers[app].livenessProbe`,
  ]);
  assert.deepEqual(judge({ containers: [{ name: "app", startupProbe: {} }] }), [
    `${SPEC}.containers[app].readinessProbe`,
    `${SPEC}.containers[app].livenessProbe`,
  ]);
});

test("asks for probes of a sidecar, and not of what runs to its end", () => {
  const bare = { name: "bare" };
  assert.deepEqual(judge({ initContainers: [bare] }), []);
  assert.deepEqual(judge({ ephemeralContainers: [bare] }), []);
  assert.equal(judge({ initContainers: [{ ...bare, restartPolicy: "Always" }] }).length, 2);
  assert.deepEqual(judge({ containers: [bare] }, "batch/v1:Job"), []);
});

test("leaves a container of which nothing is known to the rules about its image", () => {
  assert.deepEqual(judge({ containers: [UNKNOWN] }), []);
});

test("fails a probe that asks nothing", () => {
  const judgeProblem = (readinessProbe: unknown): string[] =>
    problems(
      probesPresent,
      "apps/v1:Deployment",
      deployment({ containers: [goodContainer({ readinessProbe })] }),
    );
  const expected = [
    `${SPEC}.containers[app].readinessProbe asks nothing: without it a rollout goes on as soon as the process exists`,
  ];
  for (const probe of [{}, { periodSeconds: 5 }, { httpGet: null }, "text", []]) {
    assert.deepEqual(judgeProblem(probe), expected);
  }
  for (const handler of ["httpGet", "tcpSocket", "exec", "grpc"]) {
    assert.deepEqual(judgeProblem({ [handler]: UNKNOWN }), []);
  }
});

test("lets a Patch leave the probes out", () => {
  assert.deepEqual(
    problems(probesPresent, "apps/v1:DeploymentPatch", {
      spec: { template: { spec: { containers: [{ name: "app" }] } } },
    }),
    [],
  );
});
