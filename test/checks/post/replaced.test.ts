import assert from "node:assert/strict";
import { test } from "node:test";
import { type Mutable, type Objects, one, READY_SINCE } from "../../support/cluster.ts";
import type { Pod, Terminated } from "../../../checks/cluster/objects.ts";
import { crashed, crashes, event, warningsOf } from "../../support/trouble.ts";

const GONE: Terminated = { exitCode: 137, reason: "ContainerStatusUnknown", finishedAt: null };

/** Beside the healthy pods of its owner lies one that a node has ended. */
function withEnded(like: string, terminated: Terminated = GONE): Objects {
  const objects = crashed([]);
  const pod: Mutable<Pod> = structuredClone(one(objects.pods, like));
  Object.assign(pod.metadata, { name: `${like}-ended`, uid: "uid-ended" });
  Object.assign(pod.status ?? {}, { phase: "Failed" });
  Object.assign(pod.status?.conditions?.[0] ?? {}, { status: "False" });
  Object.assign(pod.status?.containerStatuses?.[0] ?? {}, { state: { terminated }, lastState: {} });
  objects.pods.push(pod);
  objects.events = [event("ended", "Evicted")];
  return objects;
}

const verdicts = async (objects: Objects): Promise<readonly (string | undefined)[]> =>
  (await Promise.all([crashes(objects), warningsOf(objects)])).map(([first]) =>
    first?.split(":").at(0),
  );

test("a pod that a node has ended is over once its owner has what it should", async () => {
  for (const like of ["web-rs-1", "postgres", "smoke"]) {
    assert.deepEqual(await verdicts(withEnded(like)), ["pass", "pass"], like);
  }
  const shutDown = withEnded("web-rs-1", { exitCode: 0, reason: "Completed" });
  Object.assign(one(shutDown.pods, "web-rs-1-ended").status ?? {}, { phase: "Succeeded" });
  assert.deepEqual(await verdicts(shutDown), ["pass", "pass"]);
});

test("it counts while its owner lacks pods, is not complete, or is not known", async () => {
  const lacking = withEnded("web-rs-1");
  one(lacking.replicasets, "web").status = { replicas: 2, readyReplicas: 1 };
  assert.deepEqual(await verdicts(lacking), ["fail", "fail"]);

  const without = withEnded("postgres");
  delete one(without.statefulsets, "postgres").status;
  assert.deepEqual(await verdicts(without), ["fail", "fail"]);

  const incomplete = withEnded("smoke");
  one(incomplete.jobs, "smoke").status = { active: 1 };
  assert.deepEqual(await verdicts(incomplete), ["fail", "fail"]);

  const alone = withEnded("web-rs-1");
  delete one(alone.pods, "web-rs-1-ended").metadata.ownerReferences;
  assert.deepEqual(await verdicts(alone), ["fail", "fail"]);
});

test("an end without a time is as old as the last that happened to its pod", async () => {
  const at = async (lastTransitionTime: string): Promise<string> => {
    const objects = crashed(["web-rs-1"], { state: { terminated: GONE }, lastState: {} });
    const { status } = one(objects.pods, "web-rs-1");
    assert.ok(status !== undefined);
    status.conditions = [
      { type: "PodScheduled", status: "True", lastTransitionTime: "2025-11-16T07:00:00Z" },
      { type: "Ready", status: "False", lastTransitionTime },
    ];
    return (await crashes(objects))[0] ?? "";
  };
  assert.match(await at(READY_SINCE), /^fail/);
  assert.match(await at("2025-11-16T08:59:59Z"), /^pass/);
  const timeless = crashed(["web-rs-1"], { state: { terminated: GONE }, lastState: {} });
  delete one(timeless.pods, "web-rs-1").status?.conditions;
  assert.match((await crashes(timeless))[0] ?? "", /^fail/);
});
