import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test, type TestContext } from "node:test";
import { type Cluster, ClusterError } from "../../../checks/cluster/cluster.ts";
import { connect } from "../../../checks/cluster/connect.ts";
import { CONTEXT, kubeconfigOf, serveObjects } from "../../support/api-server.ts";
import { healthy } from "../../support/cluster.ts";
import { AUTHORITIES, FAULTS, type Kind } from "../../support/faults.ts";
import { faultyProxy } from "../../support/faulty-proxy.ts";

interface Call {
  readonly is: RegExp;
  readonly ask: (cluster: Cluster, signal: AbortSignal) => Promise<unknown>;
  /** What it says where a success is none. */
  readonly misread?: RegExp;
  /** By the fault's name, where it says something else. */
  readonly says?: Readonly<Record<string, RegExp>>;
  /** Kinds of faults that would be none here, beside digests. */
  readonly without?: readonly Kind[];
  /** Neither a read nor judged here: never tried again. */
  readonly isAskedOnce?: true;
}

const container = { pod: "web-1", container: "web" };
const data = { "history.json": "[]" };
const object = {
  apiVersion: "batch/v1",
  kind: "Job",
  metadata: { name: "migration", namespace: "books" },
};

const CALLS: Readonly<Record<string, Call>> = {
  "the time": {
    is: /\/version$/,
    ask: (cluster, signal) => cluster.now(signal),
    // Every answer has a date.
    without: ["body", "status"],
  },
  "a list": {
    is: /\/pods$/,
    ask: (cluster, signal) => cluster.list("pods", signal),
    misread: /is no list|is no JSON/,
  },
  "a Secret": {
    is: /\/secrets\/pull$/,
    ask: (cluster, signal) => cluster.secret("pull", signal),
    misread: /is no object|is no JSON/,
  },
  "a ConfigMap": {
    is: /\/configmaps\/record$/,
    ask: (cluster, signal) => cluster.configMap("record", signal),
    misread: /is no object|is no JSON/,
  },
  "a new ConfigMap": {
    is: /^POST .*\/configmaps$/,
    ask: (cluster, signal) =>
      cluster.writeConfigMap({ name: "record", data, resourceVersion: undefined }, signal),
    without: ["body"],
    isAskedOnce: true,
  },
  "a changed ConfigMap": {
    is: /^PUT .*\/configmaps\/record$/,
    ask: (cluster, signal) =>
      cluster.writeConfigMap({ name: "record", data, resourceVersion: "1" }, signal),
    without: ["body"],
    isAskedOnce: true,
  },
  "a log": {
    is: /\/log$/,
    ask: (cluster, signal) => cluster.log({ ...container, previous: true, lines: 5 }, signal),
    without: ["body"],
  },
  "a command": {
    is: /\/exec$/,
    ask: (cluster, signal) => cluster.execute(container, ["true"], signal),
    misread: /the API server answers 200/,
    // By then it is known that nobody opens a WebSocket there.
    says: { "is cut in the body": /the API server answers 200/ },
    isAskedOnce: true,
  },
  "a page of a Service": {
    is: /\/proxy\/nodeinfo$/,
    ask: (cluster, signal) =>
      cluster.ask({ service: "web", port: "http", path: "/nodeinfo", host: "b.example" }, signal),
    // The check that asks judges every answer.
    without: ["body", "status"],
    isAskedOnce: true,
  },
  "the kinds, to remove an object": {
    is: /^GET \/apis\/batch\/v1$/,
    ask: (cluster, signal) => cluster.remove(object, signal),
    misread: /lists no kinds|is no JSON/,
  },
  "a removal": {
    is: /^DELETE .*\/jobs\/migration$/,
    ask: (cluster, signal) => cluster.remove(object, signal),
    without: ["body", "connection"],
  },
  "whether a removed object is gone": {
    is: /^GET .*\/jobs\/migration$/,
    ask: (cluster, signal) => cluster.remove(object, signal),
    misread: /is no object|is no JSON/,
  },
};

async function connected(context: TestContext, address: string): Promise<Cluster> {
  const folder = mkdtempSync(join(tmpdir(), "bookwyrm-kubeconfig-"));
  context.after(() => {
    rmSync(folder, { recursive: true });
  });
  const kubeconfig = join(folder, "kubeconfig");
  writeFileSync(kubeconfig, kubeconfigOf(address, AUTHORITIES));
  return connect({ context: CONTEXT, namespace: "books", kubeconfig });
}

describe("every call of the API server", { concurrency: 4 }, () => {
  for (const [what, call] of Object.entries(CALLS)) {
    const { is: of, ask, misread, without = [], isAskedOnce = false } = call;
    const faults = Object.entries(FAULTS).filter(
      ([, { kind }]) => kind !== "digest" && !without.includes(kind),
    );

    test(`${what}: whatever befalls it over TLS is an error that says so`, async (context) => {
      await Promise.all(
        faults.map(async ([name, fault]) => {
          const double = await serveObjects(healthy());
          context.after(double.close);
          const proxy = await faultyProxy(context, `http://${double.host}`, {
            ...{ fault, of, isFromTheStart: isAskedOnce },
          });
          const cluster = await connected(context, proxy.address);
          const time = new AbortController();
          if (name === "is never answered") {
            void proxy.firstStrike.then(() => {
              time.abort();
            });
          }
          const signal = AbortSignal.any([AbortSignal.timeout(30_000), time.signal]);
          await assert.rejects(ask(cluster, signal), (error) => {
            assert.ok(error instanceof ClusterError, `${name}: ${String(error)}`);
            const said = call.says?.[name] ?? fault.says ?? misread ?? /(?!)/;
            assert.match(error.message, said, name);
            assert.notEqual(error.remedy, "");
            for (const credential of proxy.credentials()) {
              assert.ok(!error.message.includes(credential), error.message);
            }
            return true;
          });
          assert.ok(proxy.struck() > 0, name);
        }),
      );
    });
  }

  test("an object is removed with all that it owns, and gone when the call returns", async (context) => {
    const objects = healthy();
    const double = await serveObjects(objects);
    context.after(double.close);
    const proxy = await faultyProxy(context, `http://${double.host}`);
    const cluster = await connected(context, proxy.address);
    const signal = AbortSignal.timeout(30_000);
    assert.ok(objects.jobs.some(({ metadata }) => metadata.name === "migration"));
    assert.equal(await cluster.remove(object, signal), true);
    assert.ok(!objects.jobs.some(({ metadata }) => metadata.name === "migration"));
    assert.equal(await cluster.remove(object, signal), false);
    const unheardOf = cluster.remove({ ...object, kind: "Jib" }, signal);
    await assert.rejects(unheardOf, /batch\/v1: the API server has no Jib/);
  });
});
