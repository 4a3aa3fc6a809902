import assert from "node:assert/strict";
import { test } from "node:test";
import { READY_SINCE } from "../../support/cluster.ts";
import { event, warnings } from "../../support/trouble.ts";

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
