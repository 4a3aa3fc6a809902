import assert from "node:assert/strict";
import { test } from "node:test";
import {
  recordVerification,
  type Verification,
} from "../../../checks/cluster/verification-record.ts";
import { stagingHealthyCheck } from "../../../checks/pre/staging-healthy.ts";
import type { ReleaseImage } from "../../../model/pinned-image.ts";
import { EXPECTED, fakeCluster, healthy, type Objects, one } from "../../support/cluster.ts";
import { IMAGE, settings } from "../../support/settings.ts";

const CANDIDATE = settings().image;
const OTHER = settings({ image: IMAGE.replace(/[0-9a-f]{64}$/, "b".repeat(64)) }).image;
const VERIFIED: Verification = {
  reference: CANDIDATE.reference,
  verdict: "pass",
  at: "2025-11-16T09:20:00.000Z",
};

interface Situation {
  readonly change?: (objects: Objects) => void;
  readonly candidate?: ReleaseImage;
  readonly history?: readonly Verification[];
  readonly now?: string;
}

async function judge({
  change,
  candidate = CANDIDATE,
  history = [VERIFIED],
  now = "2025-11-16T09:40:30Z",
}: Situation = {}): Promise<string> {
  const objects = healthy();
  change?.(objects);
  const cluster = fakeCluster(objects);
  const signal = AbortSignal.timeout(5_000);
  for (const verification of history) await recordVerification(cluster, verification, signal);
  const { verdict, summary } = await stagingHealthyCheck({
    cluster,
    expected: EXPECTED,
    candidate,
    soakMinutes: 30,
    now: () => new Date(now),
  }).run(signal);
  return `${verdict}: ${summary}`;
}

test("staging that ran the candidate long enough, verified, passes", async () => {
  assert.equal(
    await judge(),
    `pass: Staging runs ${IMAGE} in 8 pods, ready for 30 minutes and verified.`,
  );
});

test("staging on another digest fails, however healthy it is", async () => {
  assert.match(await judge({ candidate: OTHER }), /^fail: on staging, .* it asks for /);
});

test("the youngest pod decides how long staging has been ready", async () => {
  const young = (objects: Objects): void => {
    const [ready] = one(objects.pods, "beat").status?.conditions ?? [];
    assert.ok(ready !== undefined);
    ready.lastTransitionTime = "2025-11-16T09:30:00Z";
  };
  const found = "fail: staging has been ready for 10 minutes only, the soak time is 30.";
  assert.equal(await judge({ change: young }), found);
});

test("a pod that is not ready, a rollout that is not complete, and no pod at all fail", async () => {
  const unready = (objects: Objects): void => {
    const [ready] = one(objects.pods, "beat").status?.conditions ?? [];
    assert.ok(ready !== undefined);
    ready.status = "False";
  };
  assert.equal(await judge({ change: unready }), "fail: staging's beat-rs-1 is not ready.");
  const incomplete = (objects: Objects): void => {
    Object.assign(one(objects.deployments, "web").status ?? {}, { availableReplicas: 1 });
  };
  assert.equal(
    await judge({ change: incomplete }),
    "fail: on staging, web: 1 of 2 pods available.",
  );
  const empty = (objects: Objects): void => {
    objects.pods = [];
  };
  assert.match(await judge({ change: empty }), /^fail: on staging, postgres has no pod/);
});

test("a last verification that is missing, of another digest, or no pass fails", async () => {
  assert.equal(await judge({ history: [] }), "fail: staging was never verified.");
  const failed: Verification = { ...VERIFIED, verdict: "fail" };
  assert.equal(
    await judge({ history: [VERIFIED, failed] }),
    "fail: the last verification on staging, at 2025-11-16T09:20:00.000Z, said fail.",
  );
  const other: Verification = { ...VERIFIED, reference: OTHER.reference };
  assert.equal(
    await judge({ history: [VERIFIED, other] }),
    `fail: the last verification on staging was of ${OTHER.reference}.`,
  );
});
