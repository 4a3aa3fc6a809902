import assert from "node:assert/strict";
import { after, test } from "node:test";
import { type CheckResult, runChecks } from "../../../checks/check.ts";
import { digestRetainedCheck } from "../../../checks/pre/digest-retained.ts";
import { HarborClient } from "../../../checks/registry/harbor-client.ts";
import type { HarborState } from "../../../lab/harbor-state.ts";
import { type Harbor, startHarbor } from "../../../lab/harbor.ts";
import { makeCertificate } from "../../support/certificate.ts";
import {
  releaseOn,
  retention,
  retentionRule,
  ROBOT,
  selector,
  stateWithRelease,
} from "../../support/harbor.ts";

const certificate = makeCertificate();
const harbors: Harbor[] = [];
after(() => Promise.all(harbors.map((harbor) => harbor.stop())));

const TAG = "release-0.8.2-0123456789ab";

/** The release lies under a tag that can be moved, unless `change` says otherwise. */
async function retained(change: (state: HarborState) => void): Promise<CheckResult> {
  const { state, digest } = stateWithRelease();
  state.tags.set(TAG, { digest, immutable: false });
  change(state);
  const harbor = await startHarbor(certificate, state);
  harbors.push(harbor);
  const { host } = harbor;
  const client = new HarborClient({ host, ca: certificate.cert, credentials: ROBOT });
  const check = digestRetainedCheck({ harbor: client, image: releaseOn(host, digest) });
  const [result] = await runChecks([check], { timeoutMs: 5000 });
  return result ?? assert.fail();
}

type Rule = ReturnType<typeof retentionRule>;

const NEWEST = retentionRule("latestPushedK", { params: { latestPushedK: 10 } });

const POLICIES: readonly {
  readonly name: string;
  readonly rules: readonly Rule[];
  readonly verdict: CheckResult["verdict"];
}[] = [
  { name: "that has no rule", rules: [], verdict: "pass" },
  { name: "that keeps the newest", rules: [NEWEST], verdict: "fail" },
  {
    name: "that keeps what was pulled of late: nodes ask with HEAD, which does not count",
    rules: [retentionRule("nDaysSinceLastPull", { params: { nDaysSinceLastPull: 30 } })],
    verdict: "fail",
  },
  { name: "whose rule is off", rules: [{ ...NEWEST, disabled: true }], verdict: "pass" },
  {
    name: "for another repository",
    rules: [{ ...NEWEST, repository: selector("repoMatches", "cache-*") }],
    verdict: "pass",
  },
  {
    name: "that leaves this repository out",
    rules: [{ ...NEWEST, repository: selector("repoExcludes", "{bookwyrm,other}") }],
    verdict: "pass",
  },
  {
    name: "that always keeps releases, and the newest of the rest",
    rules: [NEWEST, retentionRule("always", { tag: selector("matches", "release-*") })],
    verdict: "pass",
  },
  {
    name: "that always keeps all but releases",
    rules: [retentionRule("always", { tag: selector("excludes", "release-*") })],
    verdict: "fail",
  },
  {
    name: "that always keeps the tags of another project's naming",
    rules: [retentionRule("always", { tag: selector("matches", "v?.*") })],
    verdict: "fail",
  },
  {
    name: "that always keeps releases, of another repository",
    rules: [NEWEST, retentionRule("always", { repository: selector("repoMatches", "other") })],
    verdict: "fail",
  },
  {
    name: "with a pattern that is not understood",
    rules: [retentionRule("always", { tag: selector("matches", "release-[0-9]*") })],
    verdict: "unknown",
  },
  {
    name: "with a selector of a kind to come",
    rules: [retentionRule("always", { tag: { ...selector("with", "prod"), kind: "label" } })],
    verdict: "unknown",
  },
];

for (const { name, rules, verdict } of POLICIES) {
  test(`a retention policy ${name}: ${verdict}`, async () => {
    const result = await retained((state) => (state.project.retention = retention(...rules)));
    assert.equal(result.verdict, verdict, JSON.stringify(result));
  });
}

test("an immutable tag keeps the image from any policy, and the policy is shown", async () => {
  const result = await retained((state) => {
    state.project.retention = retention(NEWEST);
    for (const tag of state.tags.values()) tag.immutable = true;
  });
  assert.equal(result.verdict, "pass");
  assert.deepEqual(result.evidence, [
    `tags: ${TAG}`,
    "garbage collection: only an administrator may read its schedule",
    "retention rule: latestPushedK 10, repoMatches **, matches **",
    "retention runs at 0 0 0 * * *",
  ]);
});

test("a policy that the account may not read is no pass", async () => {
  const result = await retained((state) => {
    state.project.retention = retention();
    state.accounts.splice(0, 1, { ...ROBOT, mayReadRetention: false });
  });
  assert.equal(result.verdict, "unknown");
  assert.match(result.remedy ?? "", /let the account of guardrails.harbor read/);
});

for (const [name, collection, fact] of [
  ["no schedule", undefined, "garbage collection: runs when somebody starts it"],
  [
    "a schedule",
    { type: "Daily", cron: "0 0 0 * * *", deleteUntagged: true },
    'garbage collection: Daily, 0 0 0 * * *, with {"delete_untagged":true,"workers":1}',
  ],
] as const) {
  test(`an image without a tag fails with ${name} of garbage collection, which is shown`, async () => {
    const result = await retained((state) => {
      state.tags.clear();
      if (collection !== undefined) state.collection = collection;
      state.accounts.splice(0, 1, { ...ROBOT, isAdministrator: true });
    });
    assert.equal(result.verdict, "fail");
    assert.deepEqual(result.evidence, ["tags: none", fact, "retention policy: none"]);
  });
}
