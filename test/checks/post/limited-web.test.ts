import assert from "node:assert/strict";
import { test } from "node:test";
import type { Executed } from "../../../checks/cluster/cluster.ts";
import { expectedOf } from "../../../checks/post/expected.ts";
import { servedVersionCheck } from "../../../checks/post/served-version.ts";
import { type Answers, EXPECTED, fakeCluster, healthy, readingOf } from "../../support/cluster.ts";
import { settings } from "../../support/settings.ts";

const NODE_INFO = JSON.stringify({ software: { version: "0.9.2" } });
const WITHIN: Executed = { exitCode: 0, stdout: `200 ${NODE_INFO}`, stderr: "" };
const LIMITED = { ...EXPECTED, isWebLimited: true };

type Ask = NonNullable<Answers["ask"]>;
const says =
  (message: string): Ask =>
  () => ({ status: 503, body: Buffer.from(JSON.stringify({ kind: "Status", message })) });
const UNREACHED = says("error trying to reach service: dial tcp 10.1.0.7:8000: i/o timeout");

async function judge(
  ask: Ask,
  { expected = LIMITED, within = WITHIN, objects = healthy() } = {},
): Promise<string> {
  const cluster = fakeCluster(objects, { ask, execute: () => within });
  const check = servedVersionCheck({ cluster, reading: readingOf(objects), expected });
  const { verdict, summary, evidence = [] } = await check.run(AbortSignal.timeout(5_000));
  return [`${verdict}: ${summary}`, ...evidence].join("\n");
}

test("where a policy names who may ask web, the pods decide, since the API server may be kept out", async () => {
  const silent: Ask = () => Promise.reject(new Error("timed out"));
  assert.match(await judge(silent), /^pass/);
  assert.equal(
    await judge(UNREACHED),
    [
      "pass: BookWyrm 0.9.2 answers from 2 pods.",
      "service web did not answer: the API server says: error trying to reach service: dial tcp 10.1.0.7:8000: i/o timeout",
      "no public address is configured, so none was asked",
    ].join("\n"),
  );
});

test("nothing else excuses a Service that does not answer", async () => {
  assert.match(await judge(UNREACHED, { expected: EXPECTED }), /^unknown: service web/);
  assert.match(await judge(says("no endpoints available for service")), /^unknown: service web/);
  const refused = { exitCode: 1, stdout: "", stderr: "ConnectionRefusedError" };
  assert.match(await judge(UNREACHED, { within: refused }), /^unknown: web-rs-1.*and 2 more/);
  const empty = { ...healthy(), pods: [] };
  assert.match(await judge(UNREACHED, { objects: empty }), /^fail: no web pod.*and 1 more/);
  const forbidden: Ask = () => ({ status: 403, body: Buffer.from("Forbidden") });
  assert.match(await judge(forbidden), /^unknown: service web answers 403/);
  const old: Ask = () => ({ body: Buffer.from(NODE_INFO.replace("0.9.2", "0.9.1")) });
  assert.match(await judge(old), /^fail: service web serves 0\.9\.1/);
});

test("the settings say whether web is limited", () => {
  const webFrom = [{ cidr: "10.0.0.0/8" }];
  assert.equal(expectedOf(settings({ network: { webFrom } }), true).isWebLimited, true);
  assert.equal(EXPECTED.isWebLimited, false);
});
