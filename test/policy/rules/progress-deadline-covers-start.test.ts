import assert from "node:assert/strict";
import { test } from "node:test";
import { progressDeadlineCoversStart } from "../../../policy/rules/progress-deadline-covers-start.ts";
import { problems, UNKNOWN } from "../../support/policy.ts";

const judge = (spec: object, startupProbe: unknown, type = "apps/v1:Deployment"): string[] => {
  const containers = [{ name: "quick" }, { name: "slow", startupProbe }];
  return problems(progressDeadlineCoversStart, type, {
    spec: { template: { spec: { containers } }, ...spec },
  });
};

const PATH = "spec.progressDeadlineSeconds";
const SLOW = { initialDelaySeconds: 10, periodSeconds: 3, failureThreshold: 60 };

const fault = (found: number, needed: number): string[] => [
  `${PATH} is ${found.toString()}, while a pod may take ${needed.toString()} s to start and to stay ready`,
];

test("passes a deadline that is as long as the slowest container may take", () => {
  assert.deepEqual(judge({ progressDeadlineSeconds: 190 }, SLOW), []);
  assert.deepEqual(judge({ progressDeadlineSeconds: 200, minReadySeconds: 10 }, SLOW), []);
  assert.deepEqual(judge({ progressDeadlineSeconds: 1 }, undefined), []);
});

test("fails a shorter one", () => {
  assert.deepEqual(judge({ progressDeadlineSeconds: 189 }, SLOW), fault(189, 190));
  assert.deepEqual(
    judge({ progressDeadlineSeconds: 199, minReadySeconds: 10 }, SLOW),
    fault(199, 200),
  );
  assert.deepEqual(
    judge({ progressDeadlineSeconds: 5, minReadySeconds: 6 }, undefined),
    fault(5, 6),
  );
});

test("knows what Kubernetes takes where nothing is set", () => {
  assert.deepEqual(judge({ progressDeadlineSeconds: 30 }, {}), []);
  assert.deepEqual(judge({ progressDeadlineSeconds: 29 }, {}), fault(29, 30));
  assert.deepEqual(judge({}, { failureThreshold: 60 }), []);
  assert.deepEqual(judge({}, { failureThreshold: 61 }), fault(600, 610));
});

test("says nothing where a number is not known, or is none", () => {
  for (const odd of [UNKNOWN, "1"]) {
    assert.deepEqual(judge({ progressDeadlineSeconds: odd }, SLOW), []);
    assert.deepEqual(judge({ progressDeadlineSeconds: 1, minReadySeconds: odd }, SLOW), []);
    assert.deepEqual(judge({ progressDeadlineSeconds: 1 }, { ...SLOW, periodSeconds: odd }), []);
    assert.deepEqual(
      judge({ progressDeadlineSeconds: 1 }, odd === UNKNOWN ? odd : {}).length,
      odd === UNKNOWN ? 0 : 1,
    );
  }
  const props = { spec: { progressDeadlineSeconds: 1, template: UNKNOWN } };
  assert.deepEqual(problems(progressDeadlineCoversStart, "apps/v1:Deployment", props), []);
});

test("judges Deployments in Lists; other kinds have no deadline, and a Patch is but a part", () => {
  const item = {
    spec: {
      progressDeadlineSeconds: 1,
      template: { spec: { containers: [{ name: "app", startupProbe: {} }] } },
    },
  };
  assert.equal(
    problems(progressDeadlineCoversStart, "apps/v1:DeploymentList", { items: [item] }).length,
    1,
  );
  assert.deepEqual(judge({ progressDeadlineSeconds: 1 }, SLOW, "apps/v1:StatefulSet"), []);
  assert.deepEqual(judge({ progressDeadlineSeconds: 1 }, SLOW, "apps/v1:DeploymentPatch"), []);
});
