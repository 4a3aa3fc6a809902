import assert from "node:assert/strict";
import { test } from "node:test";
import { singleBeatCheck } from "../../../checks/post/single-beat.ts";
import { healthy, type Objects, one, readingOf } from "../../support/cluster.ts";
import { IMAGE } from "../../support/settings.ts";

async function beats(change: (objects: Objects) => void): Promise<string> {
  const objects = healthy();
  change(objects);
  const check = singleBeatCheck({ reading: readingOf(objects) });
  const { verdict, summary } = await check.run(AbortSignal.timeout(5_000));
  return `${verdict}: ${summary}`;
}

test("single-beat passes one beat", async () => {
  assert.equal(await beats(() => undefined), "pass: One beat runs: beat-rs-1.");
});

test("single-beat fails none, and a second by label or by command", async () => {
  assert.equal(
    await beats((objects) => {
      one(objects.pods, "beat").status = { phase: "Failed" };
    }),
    "fail: no beat runs, so no periodic task is sent.",
  );
  const second = (command: string[], component: string) => (objects: Objects) => {
    const pod = structuredClone(one(objects.pods, "beat"));
    pod.metadata.name = "second";
    pod.metadata.labels = { "app.kubernetes.io/component": component };
    pod.spec.containers = [{ name: "second", image: IMAGE, command }];
    objects.pods.push(pod);
  };
  const found = "fail: 2 beats run, so every periodic task is sent that often: beat-rs-1, second.";
  assert.equal(await beats(second([], "beat")), found);
  assert.equal(await beats(second(["/usr/bin/celery", "-A", "celerywyrm", "beat"], "x")), found);
  assert.equal(await beats(second(["sh", "-c", "celery -A celerywyrm worker -B"], "x")), found);
  assert.equal(
    await beats(second(["sh", "-c", 'exec "celery" worker --beat; exit 1'], "x")),
    found,
  );
  assert.match(
    await beats((objects) => {
      const pod = one(objects.pods, "web");
      pod.spec.initContainers = [{ name: "old", image: IMAGE, command: ["celery", "beat"] }];
    }),
    /^fail: 2 beats run/,
  );
  assert.match(await beats(second(["celery", "worker"], "x")), /^pass/);
  assert.match(await beats(second(["watch", "beat"], "x")), /^pass/);
});

test("single-beat fails one that is there and does not run", async () => {
  const state = { waiting: { reason: "ImagePullBackOff" } };
  for (const status of [
    { phase: "Pending", containerStatuses: [{ name: "beat", state }] },
    { phase: "Pending" },
    { phase: "Running", containerStatuses: [{ name: "beat", state }] },
  ]) {
    assert.equal(
      await beats((objects) => {
        one(objects.pods, "beat").status = status;
      }),
      "fail: no beat runs, so no periodic task is sent; what is there does not run: beat-rs-1.",
    );
  }
});
