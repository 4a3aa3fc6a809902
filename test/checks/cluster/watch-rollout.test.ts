import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { watchRollout } from "../../../checks/cluster/watch-rollout.ts";
import { EXPECTED, fakeCluster, healthy, one } from "../../support/cluster.ts";

const WORKLOADS = EXPECTED.workloads.filter(({ name }) => ["web", "migration"].includes(name));

test("each workload gets a line at first and whenever it changes, through an outage too", async () => {
  const objects = healthy();
  one(objects.jobs, "migration").status = {};
  const lines: string[] = [];
  const watched = new AbortController();
  let isDown = false;
  const { list, ...cluster } = fakeCluster(objects);
  const watch = watchRollout(
    {
      ...cluster,
      list: (kind, signal) => (isDown ? Promise.reject(new Error()) : list(kind, signal)),
    },
    {
      workloads: WORKLOADS,
      onChange: ({ workload, line }) => lines.push(`${workload}: ${line}`),
      periodMs: 5,
    },
    watched.signal,
  );
  const until = async (length: number): Promise<void> => {
    while (lines.length < length) await sleep(5);
  };
  await until(2);
  isDown = true;
  await sleep(20);
  Object.assign(one(objects.deployments, "web").status ?? {}, { availableReplicas: 1 });
  Object.assign(one(objects.pods, "web-rs-2").status?.containerStatuses?.[0] ?? {}, {
    state: { waiting: { reason: "ImagePullBackOff" } },
  });
  isDown = false;
  await until(3);
  one(objects.jobs, "migration").status = { conditions: [{ type: "Complete", status: "True" }] };
  await until(4);
  await sleep(20);
  watched.abort();
  await watch;
  assert.deepEqual(lines, [
    "migration: running",
    "web: 2/2 pods updated, 2 available",
    "web: 2/2 pods updated, 1 available; web-rs-2: ImagePullBackOff",
    "migration: complete",
  ]);
});

test("of two Jobs of one workload the newest is shown, in whatever order they are listed", async () => {
  const objects = healthy();
  const newer = structuredClone(one(objects.jobs, "migration"));
  Object.assign(newer.metadata, {
    name: "migration-2",
    uid: "migration-2",
    creationTimestamp: "2025-11-16T09:30:00Z",
  });
  newer.status = { active: 1 };
  objects.jobs.unshift(newer);
  const watched = new AbortController();
  const lines: string[] = [];
  await watchRollout(
    fakeCluster(objects),
    {
      workloads: WORKLOADS.filter(({ kind }) => kind === "Job"),
      onChange: ({ line }) => {
        lines.push(line);
        watched.abort();
      },
    },
    watched.signal,
  );
  assert.deepEqual(lines, ["running"]);
});
