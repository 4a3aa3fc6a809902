import assert from "node:assert/strict";
import { test } from "node:test";
import { requirePinnedImages } from "../../../checks/post/after-rollout.ts";
import { EXPECTED, healthy, type Objects, one, readingOf } from "../../support/cluster.ts";

const OTHER = `sha256:${"b".repeat(64)}`;

/** Web pods of another release, which are there for the first `times` looks. */
function look(workload: string, times: number): Promise<void> {
  let looks = 0;
  const objectsNow = (): Objects => {
    const objects = healthy();
    looks += 1;
    if (looks <= times) {
      const pod = objects.pods.find(({ metadata }) => metadata.name.startsWith("web"));
      const container = one(objects.pods, pod?.metadata.name ?? "").spec.containers[0];
      assert.ok(container);
      Object.assign(container, { image: `harbor.example.org/uostas/bookwyrm:other@${OTHER}` });
    }
    return objects;
  };
  let reading = readingOf(healthy());
  return requirePinnedImages(workload, {
    expected: EXPECTED,
    patienceSeconds: 2,
    cluster: {
      list: (kind) => {
        // Each look lists the pods once, and first.
        if (kind === "pods") reading = readingOf(objectsNow());
        return reading.list(kind);
      },
    },
  });
}

test("a workload that runs what is pinned passes at once", async () => {
  await look("web", 0);
});

test("old pods that are about to go are waited for", async () => {
  await look("web", 1);
});

test("another image that stays is named", async () => {
  await assert.rejects(look("web", 1_000), /^Error: web does not run what is pinned: web-/);
});

test("another workload's pods are not this one's", async () => {
  await look("beat", 1_000);
});
