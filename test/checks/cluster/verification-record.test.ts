import assert from "node:assert/strict";
import { test } from "node:test";
import {
  lastVerified,
  passOf,
  recordVerification,
  type Verification,
  verifications,
} from "../../../checks/cluster/verification-record.ts";
import { fakeCluster, healthy } from "../../support/cluster.ts";

const signal = AbortSignal.timeout(10_000);
const verification = (number: number, verdict: Verification["verdict"] = "pass"): Verification => ({
  reference: `r.example/app:${number.toString()}@sha256:${"a".repeat(64)}`,
  verdict,
  at: new Date(Date.UTC(2025, 10, 16, 9, number)).toISOString(),
  ...(number % 2 === 0 && { heads: ["bookwyrm.0220_auto"] }),
});

test("the newest stands first, and ten are kept", async () => {
  const cluster = fakeCluster(healthy());
  assert.deepEqual(await verifications(cluster, signal), []);
  for (let number = 1; number <= 12; number++) {
    await recordVerification(cluster, verification(number), signal);
  }
  const numbers = [12, 11, 10, 9, 8, 7, 6, 5, 4, 3];
  assert.deepEqual(
    await verifications(cluster, signal),
    numbers.map((number) => verification(number)),
  );
});

test("a nightly run of one reference does not push out the release before it", async () => {
  const cluster = fakeCluster(healthy());
  await recordVerification(cluster, verification(1), signal);
  const nightly = (minute: number): Verification => ({
    ...verification(2),
    at: verification(minute).at,
  });
  for (let minute = 2; minute <= 30; minute++) {
    await recordVerification(cluster, nightly(minute), signal);
  }
  assert.deepEqual(await verifications(cluster, signal), [nightly(30), verification(1)]);
});

test("of five that write at once none is lost", async () => {
  const cluster = fakeCluster(healthy());
  const all = [1, 2, 3, 4, 5].map((number) => verification(number));
  await Promise.all(all.map((one) => recordVerification(cluster, one, signal)));
  const found = await verifications(cluster, signal);
  assert.deepEqual(
    [...found].sort((a, b) => a.at.localeCompare(b.at)),
    all,
  );
});

test("a rollback goes to the newest that passed and is not this one", () => {
  const history = [
    verification(4),
    verification(3, "fail"),
    verification(2, "unknown"),
    verification(1),
  ];
  assert.deepEqual(lastVerified(history), verification(4));
  assert.deepEqual(lastVerified(history, verification(4).reference), verification(1));
  assert.equal(lastVerified([verification(1, "fail")]), undefined);
});

for (const data of ["", "{", '[{"reference":"x","verdict":"fine","at":"today"}]', "null"]) {
  test(`a history that reads ${JSON.stringify(data)} is an error, not an empty history`, async () => {
    const cluster = fakeCluster(healthy());
    const name = "bookwyrm-verification";
    await cluster.writeConfigMap(
      { name, data: { "history.json": data }, resourceVersion: undefined },
      signal,
    );
    await assert.rejects(verifications(cluster, signal), /does not hold a history/);
    await assert.rejects(recordVerification(cluster, verification(1), signal), /delete it/);
  });
}

test("a later failure of the same reference revokes its pass, what could not be told does not", () => {
  const [later, first] = [verification(3), verification(1)];
  const failed = { ...verification(1, "fail"), at: verification(2).at };
  const unclear = { ...failed, verdict: "unknown" } as const;
  assert.deepEqual(lastVerified([later, failed, first], later.reference), undefined);
  assert.deepEqual(lastVerified([later, unclear, first], later.reference), first);
  assert.deepEqual(lastVerified([first, failed]), first);
  assert.deepEqual(passOf([unclear, first], first.reference), first);
  assert.deepEqual(passOf([failed, first], first.reference), undefined);
  assert.deepEqual(passOf([unclear, failed, first], first.reference), undefined);
  assert.deepEqual(passOf([later], first.reference), undefined);
});

test("releases that fail push out none of the three that passed last", async () => {
  const cluster = fakeCluster(healthy());
  for (const number of [1, 2, 3, 4, 5]) {
    await recordVerification(cluster, verification(number), signal);
  }
  const revoked = { ...verification(5, "fail"), at: verification(6).at };
  await recordVerification(cluster, revoked, signal);
  for (let number = 7; number <= 20; number++) {
    await recordVerification(cluster, verification(number, "fail"), signal);
  }
  const failed = [20, 19, 18, 17, 16, 15, 14, 13, 12, 11];
  assert.deepEqual(await verifications(cluster, signal), [
    ...failed.map((number) => verification(number, "fail")),
    ...[4, 3, 2].map((number) => verification(number)),
  ]);
});
