import assert from "node:assert/strict";
import { test } from "node:test";
import type { Attempt, ReplayResult } from "../../replay/result.ts";
import { problemsOf } from "../../replay/verdict.ts";

const BROKEN: Attempt = {
  failure: "cached-image",
  startedAt: 0,
  endedAt: 10,
  outcome: "broken",
  evidence: "",
  intendedDigest: "sha256:new",
  runningDigests: ["sha256:old"],
  requestsSent: 100,
  requestsFailed: 90,
  secondsWithoutService: 9,
};
const STOPPED: Attempt = {
  ...BROKEN,
  outcome: "stopped",
  requestsFailed: 0,
  secondsWithoutService: 0,
};

function result({
  outage = BROKEN,
  all = STOPPED,
  alone = STOPPED,
  gaps = [],
}: {
  readonly outage?: Attempt;
  readonly all?: Attempt;
  readonly alone?: Attempt;
  readonly gaps?: ReplayResult["gaps"];
} = {}): ReplayResult {
  return {
    startedAt: "2025-11-16T09:20:00Z",
    seconds: 60,
    outage: { name: "nothing", layers: [], attempts: [outage] },
    withAllLayers: { name: "all", layers: ["jobs", "guards"], attempts: [all] },
    ablation: [{ name: "jobs", layers: ["jobs"], attempts: [alone] }],
    gaps,
    served: [],
    timeline: [],
  };
}

const FAILURE = "the right image was pushed under the same tag, and the node ran the one it had";

test("an outage that every layer stops is as it must be", () => {
  assert.deepEqual(problemsOf(result()), []);
});

test("an outage that does not happen proves nothing", () => {
  assert.deepEqual(problemsOf(result({ outage: { ...BROKEN, secondsWithoutService: 0 } })), [
    `nothing, ${FAILURE}: the site did not go down, so nothing is shown to be kept from it.`,
  ]);
});

test("with all layers no request may fail", () => {
  assert.deepEqual(problemsOf(result({ all: { ...STOPPED, requestsFailed: 1 } })), [
    `all, ${FAILURE}: 1 requests failed.`,
  ]);
});

test("what is deployed must be what is meant", () => {
  const all = { ...STOPPED, outcome: "deployed" } as const;
  assert.deepEqual(problemsOf(result({ all })), [`all, ${FAILURE}: nothing stopped it.`]);
  assert.deepEqual(problemsOf(result({ all: { ...all, runningDigests: ["sha256:new"] } })), []);
});

test("a layer that lets a failure through is named, unless the gap is explained", () => {
  assert.deepEqual(problemsOf(result({ alone: BROKEN })), [
    `jobs, ${FAILURE}: nothing stopped it.`,
  ]);
  const gaps = [{ layer: "jobs", failure: "cached-image", why: "a reason" }] as const;
  assert.deepEqual(problemsOf(result({ alone: BROKEN, gaps })), []);
});

test("verification must call a deployment within ten seconds of its rollout", () => {
  const called = { ...BROKEN, outcome: "called" } as const;
  assert.deepEqual(problemsOf(result({ alone: { ...called, secondsAfterRollout: 10 } })), []);
  assert.deepEqual(problemsOf(result({ alone: { ...called, secondsAfterRollout: 10.1 } })), [
    `jobs, ${FAILURE}: it was called only 10.1 s after the rollout.`,
  ]);
});
