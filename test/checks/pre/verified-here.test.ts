import assert from "node:assert/strict";
import { test } from "node:test";
import type { Outcome } from "../../../checks/check.ts";
import type { Cluster } from "../../../checks/cluster/cluster.ts";
import {
  recordVerification,
  type Verification,
} from "../../../checks/cluster/verification-record.ts";
import { unlessVerifiedHere } from "../../../checks/pre/verified-here.ts";
import { fakeCluster, healthy } from "../../support/cluster.ts";
import { IMAGE } from "../../support/settings.ts";

const OTHER = IMAGE.replace(/[0-9a-f]{64}$/, "b".repeat(64));
const VERIFIED: Verification = {
  reference: IMAGE,
  verdict: "pass",
  at: "2025-11-16T09:20:00.000Z",
};
const FROM_STAGING: Outcome = { verdict: "fail", summary: "staging runs something else." };

const signal = AbortSignal.timeout(10_000);

const judge = (cluster: Pick<Cluster, "configMap">): Promise<Outcome> =>
  unlessVerifiedHere({ cluster, reference: IMAGE, signal }, () => Promise.resolve(FROM_STAGING));

async function withHistory(history: readonly Verification[]): Promise<Outcome> {
  const cluster = fakeCluster(healthy());
  for (const verification of history) await recordVerification(cluster, verification, signal);
  return judge(cluster);
}

test("a reference that was verified here needs nothing from staging, also after others", async () => {
  const expected: Outcome = {
    verdict: "pass",
    summary: "This very reference ran here and was verified at 2025-11-16T09:20:00.000Z.",
  };
  assert.deepEqual(await withHistory([VERIFIED]), expected);
  assert.deepEqual(await withHistory([VERIFIED, { ...VERIFIED, reference: OTHER }]), expected);
});

test("a reference that never ran here, or only failed, is for staging to prove", async () => {
  assert.deepEqual(await withHistory([]), FROM_STAGING);
  assert.deepEqual(await withHistory([{ ...VERIFIED, reference: OTHER }]), FROM_STAGING);
  for (const verdict of ["fail", "unknown"] as const) {
    assert.deepEqual(await withHistory([{ ...VERIFIED, verdict }]), FROM_STAGING);
  }
});

test("a later failure here revokes the pass, what could not be told does not", async () => {
  const later = (verdict: Verification["verdict"]): Verification => ({
    ...VERIFIED,
    verdict,
    at: "2025-11-16T10:20:00.000Z",
  });
  assert.deepEqual(await withHistory([VERIFIED, later("fail")]), FROM_STAGING);
  assert.equal((await withHistory([VERIFIED, later("unknown")])).verdict, "pass");
  assert.equal((await withHistory([later("fail"), VERIFIED])).verdict, "pass");
});

test("a history that cannot be read passes nothing", async () => {
  const unreadable = { configMap: () => Promise.reject(new Error("the API server is gone")) };
  await assert.rejects(judge(unreadable), { message: "the API server is gone" });
});
