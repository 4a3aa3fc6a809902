import assert from "node:assert/strict";
import { test } from "node:test";
import type { Event } from "../../../checks/cluster/objects.ts";
import { crashReport } from "../../../checks/cluster/crash-report.ts";
import { crashLogsCheck } from "../../../checks/post/crash-logs.ts";
import { warningEventsCheck } from "../../../checks/post/warning-events.ts";
import {
  AFTER,
  fakeCluster,
  healthy,
  type Mutable,
  type Objects,
  one,
  READY_SINCE,
  readingOf,
  SINCE,
} from "../../support/cluster.ts";
import { ANSWERS, crashed, crashes, event, signal, warnings } from "../../support/trouble.ts";

test("warning-events passes a quiet rollout, and one whose probes had to wait", async () => {
  const since = "No warning that matters since 2025-11-16T09:00:00.000Z";
  assert.deepEqual(await warnings(), [`pass: ${since}; 0 others.`]);
  assert.deepEqual(await warnings(event("web-rs-1", "Unhealthy")), [
    `pass: ${since}; 1 other.`,
    "pod/web-rs-1: Unhealthy: Unhealthy of web-rs-1",
  ]);
});

test("warning-events fails once for one trouble of many pods", async () => {
  const pods = ["web-rs-1", "web-rs-2"].map((pod) => event(pod, "BackOff", { count: 3 }));
  assert.deepEqual(await warnings(...pods), [
    "fail: pod/web-rs-1 and 1 more: BackOff, 6 times: BackOff of web-rs-1.",
  ]);
});

test("warning-events shows what is about pods that are gone, and leaves out what is older or normal", async () => {
  const found = await warnings(
    event("gone", "BackOff"),
    event("web-rs-1", "BackOff", { lastTimestamp: "2025-11-16T08:59:59Z" }),
    event("web-rs-1", "BackOff", { type: "Normal" }),
  );
  assert.deepEqual(found.slice(1), ["pod/gone: BackOff: BackOff of gone"]);
  assert.match(found[0] ?? "", /^pass/);
});

test("warning-events only shows what was overcome on the way to what is ready now", async () => {
  const mount = (lastTimestamp: string): Mutable<Event> =>
    event("web-rs-1", "FailedMount", { lastTimestamp });
  const set = event("web-rs", "FailedCreate", { involvedObject: { uid: "uid-web-rs" } });
  const smoke = event("smoke-pod", "InspectFailed");
  const job = event("smoke", "FailedCreate", { involvedObject: { uid: "uid-smoke" } });
  const found = await warnings(mount(READY_SINCE), set, smoke, job);
  assert.match(found[0] ?? "", /^pass: .*; 4 others\.$/);
  assert.equal(found[1], "pod/web-rs-1: FailedMount: FailedMount of web-rs-1");

  const mixed = await warnings(mount(READY_SINCE), mount(AFTER));
  assert.match(mixed[0] ?? "", /^fail: pod\/web-rs-1: FailedMount: /);
  assert.equal(mixed[1], "pod/web-rs-1: FailedMount: FailedMount of web-rs-1");
});

test("warning-events fails where what had the trouble is not there, not ready or not complete", async () => {
  const trouble = (uid: string, lastTimestamp = AFTER): Mutable<Event> =>
    event(uid, "FailedCreate", { involvedObject: { uid }, lastTimestamp });
  const cases: readonly [(objects: Objects) => void, Mutable<Event>][] = [
    [
      ({ pods }) =>
        Object.assign(one(pods, "web-rs-1").status?.conditions?.[0] ?? {}, { status: "False" }),
      trouble("uid-web-rs-1", READY_SINCE),
    ],
    [({ pods }) => delete one(pods, "web-rs-1").status, trouble("uid-web-rs-1", READY_SINCE)],
    [
      ({ replicasets }) => (one(replicasets, "web").status = { replicas: 1 }),
      trouble("uid-web-rs"),
    ],
    [({ replicasets }) => delete one(replicasets, "web").status, trouble("uid-web-rs")],
    [({ statefulsets }) => delete one(statefulsets, "postgres").status, trouble("uid-postgres")],
    [({ jobs }) => delete one(jobs, "smoke").status, trouble("uid-smoke")],
    [() => undefined, trouble("uid-web")],
  ];
  for (const [spoil, warning] of cases) {
    const objects = { ...healthy(), events: [warning] };
    spoil(objects);
    const { verdict } = await warningEventsCheck({
      reading: readingOf(objects),
      since: SINCE,
    }).run(signal());
    assert.equal(verdict, "fail", `${String(warning.involvedObject.uid)} after ${String(spoil)}`);
  }
});

test("warning-events reads the time of every kind of event", async () => {
  const kinds: readonly Partial<Event>[] = [
    { lastTimestamp: null, eventTime: AFTER },
    { lastTimestamp: null, eventTime: null, firstTimestamp: AFTER },
    { lastTimestamp: null, eventTime: "2025-11-16T08:00:00Z", series: { lastObservedTime: AFTER } },
    { lastTimestamp: null, eventTime: null, firstTimestamp: null },
  ];
  for (const times of kinds) {
    assert.match((await warnings(event("web-rs-1", "BackOff", times)))[0] ?? "", /^fail/);
  }
});

test("crash-logs passes where nothing died, and fails where nothing is", async () => {
  assert.deepEqual(await crashes(healthy()), [
    "pass: None of 10 pods has a container that died since 2025-11-16T09:00:00.000Z.",
  ]);
  assert.match((await crashes({ ...healthy(), pods: [] }))[0] ?? "", /^fail/);
});

test("crash-logs shows the log of the run that died, once for all pods, without the secret", async () => {
  assert.deepEqual(await crashes(crashed(["web-rs-1", "web-rs-2"])), [
    "fail: web-rs-1/web died of exit code 1, 2 restarts (and 1 more).",
    "web-rs-2/web died of exit code 1, 2 restarts",
    "web-rs-1/web, web-rs-2/web:\nweb-rs-1 true\nModuleNotFoundError [redacted]",
  ]);
});

test("crash-logs knows a kill for memory, an end with 0 again and again, and a Job's first run", async () => {
  const killed = { lastState: { terminated: { exitCode: 137, reason: "OOMKilled" } } };
  assert.match((await crashes(crashed(["web-rs-1"], killed)))[0] ?? "", /died of OOMKilled/);
  const ended = { lastState: { terminated: { exitCode: 0, reason: "Completed" } } };
  assert.match((await crashes(crashed(["web-rs-1"], ended)))[0] ?? "", /died of Completed/);
  const first = {
    restartCount: 0,
    state: { terminated: { exitCode: 2, reason: "Error", finishedAt: AFTER } },
    lastState: {},
  };
  const smoke = crashed(["smoke"], first);
  Object.assign(one(smoke.pods, "smoke").status ?? {}, { phase: "Failed" });
  delete one(smoke.jobs, "smoke").status;
  assert.match((await crashes(smoke)).join("\n"), /exit code 2.*smoke-pod false/s);
});

test("crash-logs leaves out a crash that is over", async () => {
  const before = "2025-11-16T08:00:00Z";
  const old = {
    state: { running: {} },
    lastState: { terminated: { exitCode: 1, reason: "Error", finishedAt: before } },
  };
  assert.match((await crashes(crashed(["web-rs-1"], old)))[0] ?? "", /^pass/);
});

test("a log is withheld where the secrets that may stand in it cannot be read", async () => {
  const objects = crashed(["web-rs-1"]);
  const cluster = {
    ...fakeCluster(objects, ANSWERS),
    secret: () => Promise.reject(new Error("not allowed: secrets")),
  };
  const check = crashLogsCheck({ cluster, reading: readingOf(objects), since: SINCE });
  const { verdict, evidence } = await check.run(signal());
  assert.equal(verdict, "fail");
  assert.deepEqual(evidence, [
    "web-rs-1/web:\n(withheld, since its secrets cannot be read to hide them: not allowed: secrets)",
  ]);
});

test("a log that cannot be read is still a crash", async () => {
  const log = (): never => {
    throw new Error("previous terminated container not found");
  };
  assert.match(
    (await crashes(crashed(["web-rs-1"]), { ...ANSWERS, log })).join("\n"),
    /^fail.*not found/s,
  );
});

test("the crash report of a workload has logs, what waits, and its warnings; nothing of others", async () => {
  const objects = crashed(["web-rs-1", "beat"]);
  objects.events = [event("web-rs-1", "BackOff"), event("beat-rs-1", "BackOff")];
  const report = await crashReport(
    fakeCluster(objects, ANSWERS),
    { "app.kubernetes.io/name": "web" },
    signal(),
  );
  assert.equal(
    report,
    [
      "web-rs-1/web (exit code 1):",
      "  web-rs-1 true",
      "  ModuleNotFoundError [redacted]",
      "web-rs-1/web (CrashLoopBackOff): back-off 20s",
      "web-rs-1: BackOff: BackOff of web-rs-1",
    ].join("\n"),
  );
});
