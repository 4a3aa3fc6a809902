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
});

test("leaves what is not known to the update", () => {
  assert.deepEqual(judge({ ...PAGE, port: UNKNOWN }, PAGE), []);
});
