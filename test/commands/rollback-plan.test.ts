import assert from "node:assert/strict";
import { test } from "node:test";
import type { Migrations } from "../../checks/cluster/migrations.ts";
import { migrationPlan } from "../../commands/rollback-plan.ts";
import { IMAGE } from "../support/settings.ts";

const [INITIAL, SHELVES] = ["bookwyrm.0001_initial", "bookwyrm.0002_shelves"];
const KNOWN = [
  { name: INITIAL, isReversible: true, dependsOn: [] },
  { name: SHELVES, isReversible: true, dependsOn: [INITIAL] },
  { name: "bookwyrm.0003_merge_users", isReversible: false, dependsOn: [SHELVES] },
  { name: "oauth.0001_initial", isReversible: false, dependsOn: [] },
];
const CURRENT: Migrations = {
  known: KNOWN,
  applied: KNOWN.map(({ name }) => name),
  heads: ["bookwyrm.0003_merge_users", "oauth.0001_initial"],
};
const behind = (...heads: string[]): { reference: string; heads: string[] } => ({
  reference: IMAGE,
  heads,
});

test("a release with the same migrations crosses none", () => {
  const plan = migrationPlan(behind(...CURRENT.heads), { current: CURRENT, cross: [] });
  assert.deepEqual(plan, { kept: [] });
});

test("reversible migrations between are named, and stand in no way", () => {
  const current = { ...CURRENT, applied: ["bookwyrm.0001_initial", "bookwyrm.0002_shelves"] };
  const plan = migrationPlan(behind("bookwyrm.0001_initial"), { current, cross: [] });
  assert.deepEqual(plan, { kept: ["bookwyrm.0002_shelves"] });
});

test("irreversible ones are refused until each is named", () => {
  const earlier = behind("bookwyrm.0002_shelves");
  const kept = ["bookwyrm.0003_merge_users", "oauth.0001_initial"];
  const refusal = (names: string, flags: string) =>
    `The rollback goes behind ${names}, which cannot be taken back: to have the earlier schema again takes a restore of a backup from before, and loses what was written since. Where the earlier code runs on the newer schema, write ${flags}.`;
  assert.deepEqual(migrationPlan(earlier, { current: CURRENT, cross: [] }), {
    kept,
    problem: refusal(
      "bookwyrm.0003_merge_users, oauth.0001_initial",
      "--cross bookwyrm.0003_merge_users --cross oauth.0001_initial",
    ),
  });
  const one = ["bookwyrm.0003_merge_users", "unknown", "bookwyrm"];
  assert.deepEqual(migrationPlan(earlier, { current: CURRENT, cross: one }), {
    kept,
    problem: refusal("oauth.0001_initial", "--cross oauth.0001_initial"),
  });
  assert.deepEqual(migrationPlan(earlier, { current: CURRENT, cross: kept }), { kept });
});

test("what nobody knows is refused until a person says that it is in no way", () => {
  const refusal = (why: string) =>
    `Which migrations lie between is not known: ${why}. Look yourself, and write --cross unknown where none of them is in the way.`;
  const unrecorded = { reference: IMAGE };
  assert.deepEqual(migrationPlan(unrecorded, { current: CURRENT, cross: ["bookwyrm.0003"] }), {
    kept: [],
    problem: refusal(`nobody recorded the migrations of ${IMAGE}`),
  });
  assert.deepEqual(migrationPlan(behind(), { current: undefined, cross: [] }), {
    kept: [],
    problem: refusal("no web pod is ready that could list the migrations of the database"),
  });
  const newer = migrationPlan(behind("bookwyrm.0004_later"), { current: CURRENT, cross: [] });
  assert.deepEqual(newer, {
    kept: [],
    problem: refusal(`the code that runs does not know all migrations of ${IMAGE}`),
  });
  const said = { current: undefined, cross: ["unknown"] };
  assert.deepEqual(migrationPlan(unrecorded, said), { kept: [] });
});
