import assert from "node:assert/strict";
import { test } from "node:test";
import { AFTER, one, READY_SINCE } from "../../support/cluster.ts";
import { crashed, crashes } from "../../support/trouble.ts";

const ENDED_WITH_0 = { terminated: { exitCode: 0, reason: "Completed", finishedAt: AFTER } };
/** What a liveness probe leaves of gunicorn and of celery, which end in good order when they are told to. */
const KILLED_AND_BACK = {
  restartCount: 1,
  state: { running: { startedAt: AFTER } },
  lastState: ENDED_WITH_0,
};

test("a container that is to run for ever crashes with 0 too, also where it runs again by now", async () => {
  const found = await crashes(crashed(["web-rs-1"], KILLED_AND_BACK));
  assert.match(found[0] ?? "", /^fail: web-rs-1\/web died of Completed, 1 restart\.$/);
});

test("what is meant to end crashes with another code only", async () => {
  const job = crashed(["smoke"], { state: ENDED_WITH_0, lastState: {} });
  assert.match((await crashes(job))[0] ?? "", /^pass/);

  const initial = crashed([]);
  const { spec, status } = one(initial.pods, "web-rs-1");
  spec.initContainers = [
    { name: "wait", image: "i" },
    { name: "sidecar", image: "i", restartPolicy: "Always" },
  ];
  assert.ok(status !== undefined);
  status.initContainerStatuses = [{ name: "wait", state: ENDED_WITH_0 }];
  assert.match((await crashes(initial))[0] ?? "", /^pass/);
  status.initContainerStatuses.push({ name: "sidecar", ...KILLED_AND_BACK });
  assert.match((await crashes(initial))[0] ?? "", /^fail: web-rs-1\/sidecar/);
});

test("a container that ends in good order with its pod has not crashed", async () => {
  const objects = crashed(["web-rs-1"], { state: ENDED_WITH_0, lastState: {} });
  one(objects.pods, "web-rs-1").metadata.deletionTimestamp = READY_SINCE;
  assert.match((await crashes(objects))[0] ?? "", /^pass/);
  const killed = crashed(["web-rs-1"], KILLED_AND_BACK);
  one(killed.pods, "web-rs-1").metadata.deletionTimestamp = READY_SINCE;
  assert.match((await crashes(killed))[0] ?? "", /^fail/);
});
