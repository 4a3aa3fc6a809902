import assert from "node:assert/strict";
import { test } from "node:test";
import { AFTER, healthy, one, READY_SINCE } from "../../support/cluster.ts";
import { event, warnings, warningsOf } from "../../support/trouble.ts";

test("a crash loop is not overcome by the readiness that follows each restart", async () => {
  const early = { lastTimestamp: READY_SINCE };
  const restarting = { ...early, message: "Back-off restarting failed container web in pod x" };
  assert.match((await warnings(event("web-rs-1", "BackOff", restarting)))[0] ?? "", /^fail/);
  assert.match((await warnings(event("web-rs-1", "BackOff", early)))[0] ?? "", /^fail/);
  assert.match((await warnings(event("web-rs-1", "Evicted", early)))[0] ?? "", /^fail/);
});

test("a pull that succeeded in the end is overcome", async () => {
  const pulling = {
    lastTimestamp: READY_SINCE,
    message: 'Back-off pulling image "r.example/app:1": ErrImagePull: timeout',
  };
  assert.match((await warnings(event("web-rs-1", "BackOff", pulling)))[0] ?? "", /^pass/);
  for (const reason of ["FailedToRetrieveImagePullSecret", "InspectFailed", "FailedMount"]) {
    const found = await warnings(event("web-rs-1", reason, { lastTimestamp: READY_SINCE }));
    assert.match(found[0] ?? "", /^pass/, reason);
  }
});

test("what is about a pod that is being deleted is only shown", async () => {
  const objects = { ...healthy(), events: [event("web-rs-1", "BackOff")] };
  assert.match((await warningsOf(objects))[0] ?? "", /^fail/);
  one(objects.pods, "web-rs-1").metadata.deletionTimestamp = AFTER;
  assert.match((await warningsOf(objects))[0] ?? "", /^pass: .*; 1 other\.$/);
});

test("a mount that a ready pod was refused for a moment is overcome after five minutes", async () => {
  const at = async (lastTimestamp: string, reason = "FailedMount"): Promise<string> =>
    (await warnings(event("web-rs-1", reason, { lastTimestamp })))[0] ?? "";
  assert.match(await at("2025-11-16T09:19:59Z"), /^pass/);
  assert.match(await at("2025-11-16T09:20:00Z"), /^fail/);
  assert.match(await at("2025-11-16T09:19:59Z", "InspectFailed"), /^fail/);

  const unready = { ...healthy(), events: [event("web-rs-1", "FailedMount")] };
  delete one(unready.pods, "web-rs-1").status?.conditions;
  assert.match((await warningsOf(unready))[0] ?? "", /^fail/);
});
