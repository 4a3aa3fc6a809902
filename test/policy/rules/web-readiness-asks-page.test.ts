import assert from "node:assert/strict";
import { test } from "node:test";
import { webReadinessAsksPage } from "../../../policy/rules/web-readiness-asks-page.ts";
import { bookWyrm, problems, UNKNOWN } from "../../support/policy.ts";

const judge = (readinessProbe: unknown, component = "web"): string[] =>
  problems(
    webReadinessAsksPage,
    "apps/v1:Deployment",
    bookWyrm(component, { containers: [{ name: "app", readinessProbe }] }),
  );

test("passes a request, and a command that may make one", () => {
  assert.deepEqual(judge({ httpGet: { path: "/robots.txt", port: "http" } }), []);
  assert.deepEqual(judge({ exec: { command: ["curl", "--fail", "http://127.0.0.1:8000"] } }), []);
});

test("fails a connection alone", () => {
  const expected = ["spec.template.spec.containers[app].readinessProbe only opens a connection"];
  assert.deepEqual(judge({ tcpSocket: { port: "http" } }), expected);
  assert.deepEqual(judge({ tcpSocket: UNKNOWN }), expected);
});

test("leaves a probe that is not there to the rule about probes, and one that is not known", () => {
  assert.deepEqual(judge(undefined), []);
  assert.deepEqual(judge(UNKNOWN), []);
});

test("has no opinion on what serves no pages", () => {
  assert.deepEqual(judge({ tcpSocket: { port: 1 } }, "worker"), []);
  assert.deepEqual(judge({ tcpSocket: { port: 1 } }, "postgres"), []);
});
