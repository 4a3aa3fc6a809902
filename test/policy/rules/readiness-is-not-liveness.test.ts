import assert from "node:assert/strict";
import { test } from "node:test";
import { readinessIsNotLiveness } from "../../../policy/rules/readiness-is-not-liveness.ts";
import { deployment, goodContainer, problems, UNKNOWN } from "../../support/policy.ts";

const judge = (readiness: unknown, liveness: unknown): string[] =>
  problems(
    readinessIsNotLiveness,
    "apps/v1:Deployment",
    deployment({
      containers: [
        goodContainer({
          readinessProbe: { httpGet: readiness },
          livenessProbe: { httpGet: liveness },
        }),
      ],
    }),
  );

const PAGE = { path: "/robots.txt", port: "http" };

test("passes another page, another port, and what is not HTTP", () => {
  assert.deepEqual(judge(PAGE, { ...PAGE, path: "/live" }), []);
  assert.deepEqual(judge(PAGE, { ...PAGE, port: "live" }), []);
  assert.deepEqual(problems(readinessIsNotLiveness, "apps/v1:Deployment", deployment()), []);
});

test("fails the same page, at whatever pace", () => {
  assert.deepEqual(judge(PAGE, { ...PAGE, scheme: "HTTP" }), [
    "spec.template.spec.containers[app].livenessProbe.httpGet is the same as that of readinessProbe",
  ]);
  assert.equal(judge({ port: 80 }, { path: "/", port: 80 }).length, 1);
});

test("leaves what is not known to the update", () => {
  assert.deepEqual(judge({ ...PAGE, port: UNKNOWN }, PAGE), []);
  assert.deepEqual(judge({ ...PAGE, port: UNKNOWN }, { ...PAGE, port: UNKNOWN }), []);
  assert.deepEqual(judge(UNKNOWN, UNKNOWN), []);
});

const judgeProbes = (
  readinessProbe: object,
  livenessProbe: object,
  list = "containers",
): string[] =>
  problems(
    readinessIsNotLiveness,
    "apps/v1:Deployment",
    deployment({ [list]: [goodContainer({ readinessProbe, livenessProbe })] }),
  ).map((text) => text.replace(`spec.template.spec.${list}[app].`, ""));

test("fails the same command, and the same question over gRPC", () => {
  const ready = { exec: { command: ["pg_isready", "--host=127.0.0.1"] } };
  assert.deepEqual(judgeProbes(ready, { ...ready, periodSeconds: 30 }), [
    "livenessProbe.exec is the same as that of readinessProbe",
  ]);
  assert.deepEqual(judgeProbes({ grpc: { port: 9, service: "" } }, { grpc: { port: 9 } }), [
    "livenessProbe.grpc is the same as that of readinessProbe",
  ]);
});

test("passes another command, another service, and commands that are not known", () => {
  const command = (...words: string[]): object => ({ exec: { command: words } });
  assert.deepEqual(judgeProbes(command("test", "30"), command("test", "300")), []);
  assert.deepEqual(judgeProbes(command("test", UNKNOWN), command("test", UNKNOWN)), []);
  assert.deepEqual(
    judgeProbes({ grpc: { port: 9, service: "ready" } }, { grpc: { port: 9, service: "live" } }),
    [],
  );
});

test("passes the same connection: who takes none may be restarted", () => {
  assert.deepEqual(judgeProbes({ tcpSocket: { port: 80 } }, { tcpSocket: { port: 80 } }), []);
});

test("asks nothing of what runs to its end", () => {
  const ready = { exec: { command: ["true"] } };
  assert.deepEqual(judgeProbes(ready, ready, "initContainers"), []);
});
