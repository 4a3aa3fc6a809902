import assert from "node:assert/strict";
import { test } from "node:test";
import { resourcesSet } from "../../../policy/rules/resources-set.ts";
import { deployment, goodContainer, problems, UNKNOWN } from "../../support/policy.ts";

const judge = (resources: unknown): string[] =>
  problems(
    resourcesSet,
    "apps/v1:Deployment",
    deployment({ containers: [goodContainer({ resources })] }),
  ).map((text) => text.replace("spec.template.spec.containers[app].resources.", ""));

const GOOD = { requests: { cpu: "100m", memory: "1Gi" }, limits: { memory: "1Gi" } };

test("passes requests of both kinds and a limit of memory, with or without one of CPU", () => {
  assert.deepEqual(judge(GOOD), []);
  assert.deepEqual(judge({ ...GOOD, limits: { memory: 1, cpu: 1 } }), []);
});

test("fails what is not set, not a quantity, or not known", () => {
  assert.deepEqual(judge({ ...GOOD, limits: {} }), ["limits.memory is not set"]);
  assert.deepEqual(judge({ ...GOOD, requests: { cpu: "", memory: UNKNOWN } }), [
    'requests.cpu is ""',
    "requests.memory is not known yet",
  ]);
  assert.equal(judge(undefined).length, 3);
});

test("asks nothing of an ephemeral container", () => {
  const props = deployment({ ephemeralContainers: [{ name: "debug" }] });
  assert.deepEqual(problems(resourcesSet, "apps/v1:Deployment", props), []);
});

for (const zero of [0, "0", "0Mi", "0.0", "-1", -1]) {
  test(`fails ${JSON.stringify(zero)}, which is no limit and no request`, () => {
    assert.deepEqual(judge({ ...GOOD, limits: { memory: zero } }), [
      `limits.memory is ${JSON.stringify(zero)}`,
    ]);
    assert.deepEqual(judge({ ...GOOD, requests: { cpu: zero, memory: zero } }), [
      `requests.cpu is ${JSON.stringify(zero)}`,
      `requests.memory is ${JSON.stringify(zero)}`,
    ]);
  });
}

test("passes what is little, but not nothing", () => {
  assert.deepEqual(
    judge({ requests: { cpu: "0.1", memory: ".5Gi" }, limits: { memory: "0.5Gi" } }),
    [],
  );
});
