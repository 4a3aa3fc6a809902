import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { type CheckResult, runChecks } from "../../../checks/check.ts";
import type { Cluster } from "../../../checks/cluster/cluster.ts";
import { connect } from "../../../checks/cluster/connect.ts";
import { crashReport } from "../../../checks/cluster/crash-report.ts";
import { takeReading } from "../../../checks/cluster/reading.ts";
import { recordVerification, verifications } from "../../../checks/cluster/verification-record.ts";
import { crashLogsCheck } from "../../../checks/post/crash-logs.ts";
import { imagesRunningCheck } from "../../../checks/post/images-running.ts";
import { jobsCompleteCheck } from "../../../checks/post/jobs-complete.ts";
import { registrySecretCheck } from "../../../checks/post/registry-secret.ts";
import { rolloutCompleteCheck } from "../../../checks/post/rollout-complete.ts";
import { schemaCurrentCheck } from "../../../checks/post/schema-current.ts";
import { servedVersionCheck } from "../../../checks/post/served-version.ts";
import { singleBeatCheck } from "../../../checks/post/single-beat.ts";
import { soakCheck } from "../../../checks/post/soak.ts";
import { warningEventsCheck } from "../../../checks/post/warning-events.ts";
import { workersAnswerCheck } from "../../../checks/post/workers-answer.ts";
import { stagingHealthyCheck } from "../../../checks/pre/staging-healthy.ts";
import { CONTEXT, type Double, type Fault, serveObjects } from "../../support/api-server.ts";
import { EXPECTED, healthy, type Objects, one, SINCE } from "../../support/cluster.ts";
import { IMAGE, settings } from "../../support/settings.ts";

const TIMEOUT_MS = 500;

let objects: Objects;
let double: Double;
let cluster: Cluster;

before(async () => {
  objects = healthy();
  double = await serveObjects(objects);
  const { kubeconfig } = double;
  cluster = await connect({ context: CONTEXT, namespace: "books", kubeconfig });
});
beforeEach(() => {
  double.fault = undefined;
  double.date = undefined;
  double.requests.length = 0;
});
after(() => {
  double.close();
});

const signal = (): AbortSignal => AbortSignal.timeout(5_000);

test("the time is the API server's, also where it refuses the question", async () => {
  double.date = "Tue, 24 Nov 2026 12:00:00 GMT";
  assert.equal((await cluster.now(signal())).toISOString(), "2026-11-24T12:00:00.000Z");
  double.fault = "forbidden";
  assert.equal((await cluster.now(signal())).toISOString(), "2026-11-24T12:00:00.000Z");
  double.date = "soon";
  await assert.rejects(cluster.now(signal()), /sends no date/);
});

test("a list is read page by page, to its end", async () => {
  const pod = one(objects.pods, "web");
  const many = Array.from({ length: 600 }, (_, index) => ({
    ...pod,
    metadata: { ...pod.metadata, name: index.toString() },
  }));
  const { pods } = objects;
  objects.pods = many;
  const found = await cluster.list("pods", signal());
  objects.pods = pods;
  assert.deepEqual(
    found.map(({ metadata }) => metadata.name),
    many.map(({ metadata }) => metadata.name),
  );
  assert.deepEqual(double.requests, [
    "GET /api/v1/namespaces/books/pods?limit=250&continue=",
    "GET /api/v1/namespaces/books/pods?limit=250&continue=250",
    "GET /api/v1/namespaces/books/pods?limit=250&continue=500",
  ]);
});

test("a list whose second page does not come is no short list", async () => {
  const { events } = objects;
  const about = { metadata: { name: "e", uid: "e" }, involvedObject: {} };
  objects.events = Array.from({ length: 300 }, () => about);
  double.fault = "cut";
  double.spare = 1;
  await assert.rejects(cluster.list("events", signal()), /was cut in the middle/);
  objects.events = events;
});

test("checks that run at once list each kind once", async () => {
  const reading = takeReading(cluster, signal());
  const args = { reading, expected: EXPECTED };
  await runChecks([imagesRunningCheck(args), rolloutCompleteCheck(args), jobsCompleteCheck(args)], {
    timeoutMs: 5_000,
  });
  assert.deepEqual(double.requests.length, new Set(double.requests).size);
});

test("a context that the kubeconfig does not have is named", async () => {
  const { kubeconfig } = double;
  await assert.rejects(connect({ context: "prod", namespace: "books", kubeconfig }), {
    message: 'the kubeconfig has no context "prod"',
  });
});

function verify(): Promise<CheckResult[]> {
  const read = (): ReturnType<typeof takeReading> =>
    takeReading(cluster, AbortSignal.timeout(TIMEOUT_MS));
  const reading = read();
  const args = { reading, expected: EXPECTED };
  return runChecks(
    [
      rolloutCompleteCheck(args),
      imagesRunningCheck(args),
      soakCheck({ ...args, readAgain: read, seconds: 0, sleep: () => Promise.resolve() }),
      jobsCompleteCheck(args),
      schemaCurrentCheck({ ...args, cluster }),
      servedVersionCheck({ ...args, cluster }),
      singleBeatCheck({ reading }),
      workersAnswerCheck({ ...args, cluster }),
      warningEventsCheck({ reading, since: SINCE }),
      crashLogsCheck({ cluster, reading, since: SINCE }),
      registrySecretCheck({ cluster, expected: EXPECTED }),
      stagingHealthyCheck({
        cluster,
        expected: EXPECTED,
        candidate: settings().image,
        soakMinutes: 0,
        now: () => new Date(),
      }),
    ],
    { timeoutMs: TIMEOUT_MS },
  );
}

const FAULTS: readonly (readonly [fault: Fault, says: RegExp])[] = [
  ["reset", /the connection was cut in the middle/],
  ["silent", /[Nn]o answer within|did not answer in time/],
  ["cut", /the connection was cut in the middle/],
  ["server error", /answers 500: etcdserver: request timed out/],
  ["gateway page", /answers 502: <html>Bad Gateway/],
  ["no JSON", /the answer is no JSON/],
  ["forbidden", /not allowed: User "ci" cannot list/],
  ["unauthorized", /does not accept the kubeconfig's credentials/],
];

for (const [fault, says] of FAULTS) {
  test(`an API server that is ${fault}: no check passes, each says what happened`, async () => {
    double.fault = fault;
    for (const { id, verdict, summary, remedy } of await verify()) {
      assert.equal(verdict, "unknown", `${id}: ${summary}`);
      assert.match(summary, says, id);
      assert.ok(remedy !== undefined && remedy !== "", id);
    }
  });
}

test("an API server that is not there: the address and the reason", async () => {
  const gone = await serveObjects(objects);
  const { kubeconfig } = gone;
  const nobody = await connect({ context: CONTEXT, namespace: "books", kubeconfig });
  gone.close();
  await assert.rejects(
    nobody.list("pods", signal()),
    /^Error: http:\/\/127\.0\.0\.1:\d+\/api\/v1\/namespaces\/books\/pods: nothing listens there/,
  );
});

test("an answer that is no list is no empty list", async () => {
  double.fault = "no list";
  await assert.rejects(cluster.list("pods", signal()), /pods: the answer is no list/);
});

test("a second reading that fails is no pass of the soak", async () => {
  const reading = takeReading(cluster, signal());
  const soak = soakCheck({
    reading,
    expected: EXPECTED,
    readAgain: () => takeReading(cluster, AbortSignal.timeout(TIMEOUT_MS)),
    seconds: 0,
    sleep: () => {
      double.fault = "server error";
      return Promise.resolve();
    },
  });
  const [result] = await runChecks([soak], { timeoutMs: TIMEOUT_MS });
  assert.equal(result?.verdict, "unknown");
});

test("commands, logs, pages and records that fail are errors with their reason", async () => {
  double.fault = "forbidden";
  const container = { pod: "web-1", container: "web" };
  await assert.rejects(
    cluster.execute(container, ["true"], signal()),
    /exec in web-1\/web: the API server answers 403/,
  );
  await assert.rejects(
    cluster.log({ ...container, previous: true, lines: 5 }, signal()),
    /pods\/web-1\/log: not allowed/,
  );
  await assert.rejects(verifications(cluster, signal()), /not allowed/);
  const at = new Date().toISOString();
  await assert.rejects(
    recordVerification(cluster, { reference: IMAGE, verdict: "pass", at }, signal()),
    /not allowed/,
  );
  await assert.rejects(crashReport(cluster, {}, signal()), /not allowed/);
});

test("nodes that may not be read do not stop the comparison of equal digests", async () => {
  const { list, ...rest } = cluster;
  const withoutNodes = {
    ...rest,
    list: ((kind, signal) =>
      kind === "nodes"
        ? Promise.reject(new Error("not allowed"))
        : list(kind, signal)) as Cluster["list"],
  };
  const reading = takeReading(withoutNodes, signal());
  const { verdict } = await imagesRunningCheck({ reading, expected: EXPECTED }).run(signal());
  assert.equal(verdict, "pass");
});
