import assert from "node:assert/strict";
import { test } from "node:test";
import { startupProbePresent } from "../../../policy/rules/startup-probe-present.ts";
import { bookWyrm, problems, UNKNOWN } from "../../support/policy.ts";

const judge = (startupProbe: unknown, component = "web", type = "apps/v1:Deployment"): string[] =>
  problems(
    startupProbePresent,
    type,
    bookWyrm(component, { containers: [{ name: "app", startupProbe }] }),
  );

const PATH = "spec.template.spec.containers[app].startupProbe";

test("passes a probe, also one of which nothing more is known", () => {
  assert.deepEqual(judge({ exec: { command: ["true"] } }), []);
  assert.deepEqual(judge(UNKNOWN), []);
});

test("fails a container without one, and one that is no probe", () => {
  for (const component of ["web", "worker", "beat", "flower"]) {
    assert.deepEqual(judge(undefined, component), [`${PATH} is not set`]);
  }
  assert.deepEqual(judge("text"), [`${PATH} is "text"`]);
});

test("asks none of what runs to its end, of a Patch, and of another program", () => {
  assert.deepEqual(judge(undefined, "smoke", "batch/v1:Job"), []);
  assert.deepEqual(judge(undefined, "web", "apps/v1:DeploymentPatch"), []);
  assert.deepEqual(judge(undefined, "postgres"), []);
  const initContainers = [{ name: "prepare" }];
  const props = bookWyrm("web", { initContainers, containers: [] });
  assert.deepEqual(problems(startupProbePresent, "apps/v1:Deployment", props), []);
});
