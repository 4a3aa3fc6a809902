import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { restartApiServer } from "../../lab/lab.ts";
import { NODE_NAME } from "../../lab/layout.ts";
import { stderrProgress } from "../../lab/progress.ts";
import { FaultSite, isReady, secondsSince } from "../support/fault-site.ts";
import { eventually, inLab, kubectl } from "../support/lab.ts";
import { figures } from "../support/load.ts";
import { killInPod } from "../support/pod-processes.ts";
import type { Result } from "../support/run.ts";

/** Bounds for a loaded machine; what was measured is printed. */
const STORE_SECONDS = 60;
const WORKER_SECONDS = 120;
/** The update of web has begun by then, and its new pods are not ready for ten seconds. */
const MID_UPDATE_MS = 10_000;

let site: FaultSite;

before(async () => {
  site = await FaultSite.create();
});

after(() => site[Symbol.asyncDispose]());

const tokens = (name: string): string[] =>
  Array.from({ length: 20 }, (_, at) => `${name}-${at.toString()}`);

const timesDone = (names: readonly string[]): Promise<readonly number[]> =>
  Promise.all(names.map((name) => site.timesDone(name)));

/** Pods of BookWyrm itself, with how often their containers have started again. */
const restarts = async (): Promise<readonly (readonly [string, number])[]> => {
  const pods = await Promise.all(
    ["web", "worker", "beat"].map((component) => site.pods(component)),
  );
  return pods
    .flat()
    .map(
      ({ metadata, status }) =>
        [metadata.uid, status.containerStatuses?.[0]?.restartCount ?? 0] as const,
    )
    .sort(([a], [b]) => a.localeCompare(b));
};

/** Asks as a drain does: the API server looks at the disruption budget. */
const evict = (name: string): Promise<Result> =>
  inLab(
    [
      "kubectl",
      "create",
      `--raw=/api/v1/namespaces/${site.namespace}/pods/${name}/eviction`,
      "--filename=-",
    ],
    {
      input: JSON.stringify({
        apiVersion: "policy/v1",
        kind: "Eviction",
        metadata: { name, namespace: site.namespace },
      }),
    },
  );

test("a drained node's pods go one at a time, and no request fails", async (context) => {
  const load = await site.underLoad(async () => {
    const [first, second] = await site.pods("web");
    assert.ok(first && second);
    await kubectl("cordon", NODE_NAME);
    try {
      const evicted = await evict(first.metadata.name);
      assert.equal(evicted.exitCode, 0, evicted.output);
      const refused = await evict(second.metadata.name);
      assert.notEqual(refused.exitCode, 0);
      assert.match(refused.output, /would violate the pod's disruption budget/);
      // This is the only node: what replaces the first pod waits for it.
      const replacements = (await site.pods("web")).filter(
        ({ metadata }) => metadata.uid !== second.metadata.uid,
      );
      assert.deepEqual(replacements.filter(isReady), []);
    } finally {
      await kubectl("uncordon", NODE_NAME);
    }
    const replaced = await site.readyWithout(first.metadata.uid, "web", 2);
    context.diagnostic(`the first pod is replaced ${replaced.toString()} s after the node is back`);
    // The budget is counted anew only once its controller has seen the pod.
    await eventually("eviction of the second pod", 30, async () =>
      (await evict(second.metadata.name)).exitCode === 0 ? true : undefined,
    );
    await site.readyWithout(second.metadata.uid, "web", 2);
  });
  context.diagnostic(figures(load));
  assert.deepEqual(load.failures, []);
});

test("Redis restarts: no page fails, and what waits in a queue is done", async (context) => {
  const before = await restarts();
  const token = Date.now().toString();
  const waiting = tokens(`redis-${token}`);
  const load = await site.underLoad(async () => {
    for (const at of [1, 2]) await site.send("imports", `busy-${token}-${at.toString()}`, 20);
    for (const name of waiting) await site.send("imports", name);
    for (const store of ["redis-broker", "redis-activity"]) {
      const { metadata } = await site.pod(store);
      await site.kubectl("delete", "pod", metadata.name);
      const seconds = await site.readyWithout(metadata.uid, store);
      context.diagnostic(`${store} is ready ${seconds.toString()} s after its end`);
      if (store === "redis-broker")
        assert.deepEqual(new Set(await timesDone(waiting)), new Set([0]));
    }
    await eventually("the waiting tasks", STORE_SECONDS, async () => {
      const done = await timesDone(waiting);
      return done.every((times) => times > 0) ? true : undefined;
    });
  });
  context.diagnostic(figures(load));
  assert.deepEqual(load.failures, []);
  assert.deepEqual(new Set(await timesDone(waiting)), new Set([1]));
  assert.deepEqual(await restarts(), before);
});

test("Postgres restarts: the site fails meanwhile, and comes back without a restart of its pods", async (context) => {
  const before = await restarts();
  const load = await site.underLoad(async () => {
    const { metadata } = await site.pod("postgres");
    await site.kubectl("delete", "pod", metadata.name);
    const seconds = await site.readyWithout(metadata.uid, "postgres");
    context.diagnostic(`Postgres is ready ${seconds.toString()} s after its end`);
    await site.answers();
    await sleep(2_000);
  });
  context.diagnostic(figures(load));
  assert.ok(load.secondsWithoutService > 0, "Postgres was away, and nobody noticed");
  assert.ok(load.secondsWithoutService < STORE_SECONDS);
  assert.deepEqual(await restarts(), before);
});

test("a worker killed in a task loses what runs; what it had only taken stays in Redis, the rest is done", async (context) => {
  const token = Date.now().toString();
  const running = [1, 2].map((at) => `running-${token}-${at.toString()}`);
  const waiting = tokens(`waiting-${token}`);
  for (const name of running) await site.send("imports", name, 15);
  await sleep(2_000);
  for (const name of waiting) await site.send("imports", name);
  await sleep(1_000);
  const taken = await site.unacknowledged();
  assert.ok(taken > 0 && taken < waiting.length, `${taken.toString()} tasks taken`);
  const { metadata } = await site.pod("worker");
  const load = await site.underLoad(async () => {
    const since = performance.now();
    killInPod(metadata.uid, "celery");
    await eventually("tasks that no worker had taken", WORKER_SECONDS, async () => {
      const done = await timesDone(waiting.slice(taken));
      return done.every((times) => times > 0) ? true : undefined;
    });
    context.diagnostic(`the queue is empty ${secondsSince(since).toString()} s after the kill`);
    // A lost task that came back after all would be done by now.
    await sleep(16_000);
  });
  context.diagnostic(figures(load));
  assert.deepEqual(load.failures, []);
  assert.deepEqual(await timesDone(running), [0, 0]);
  const done = await timesDone(waiting);
  const aside = done.filter((times) => times === 0).length;
  context.diagnostic(
    `2 running tasks lost, ${aside.toString()} taken ones kept aside, ${(waiting.length - aside).toString()} done`,
  );
  assert.ok(
    done.every((times) => times <= 1),
    done.join(" "),
  );
  assert.ok(aside <= (await site.unacknowledged()), "a task that was taken is nowhere");
});

test("the API server restarts during an update, which goes on; no request fails", async (context) => {
  const load = await site.underLoad(async () => {
    const update = site.update(5);
    await sleep(MID_UPDATE_MS);
    const since = performance.now();
    await restartApiServer(stderrProgress);
    context.diagnostic(`the API server is back after ${secondsSince(since).toString()} s`);
    return update;
  });
  context.diagnostic(figures(load));
  assert.equal(load.result.exitCode, 0, load.result.output);
  assert.deepEqual(load.failures, []);
  const pods = await site.pods("web");
  assert.deepEqual(pods.map(isReady), [true, true]);
});
