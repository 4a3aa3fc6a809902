import assert from "node:assert/strict";
import { test } from "node:test";
import { crossed, type Migration, type Migrations } from "../../../checks/cluster/migrations.ts";
import { NoAnswer } from "../../../checks/no-answer.ts";
import { migrationsKnownCheck } from "../../../checks/pre/migrations-known.ts";
import { EXPECTED, fakeCluster, healthy } from "../../support/cluster.ts";

const reversible = (name: string, ...dependsOn: string[]): Migration => ({
  name,
  isReversible: true,
  dependsOn,
});
const ISBN: Migration = {
  name: "bookwyrm.0219_datamigration_fix_isbn10",
  isReversible: false,
  dependsOn: ["bookwyrm.0218_x"],
};
const AUTO = reversible("bookwyrm.0220_auto", ISBN.name);
const OLD: Migrations = {
  known: [reversible("bookwyrm.0218_x"), reversible("sessions.0001_initial")],
  applied: ["bookwyrm.0218_x", "sessions.0001_initial"],
  heads: ["bookwyrm.0218_x", "sessions.0001_initial"],
};
const NEW: Migrations = {
  known: [...OLD.known, ISBN, AUTO, reversible("oauth.0001_initial")],
  applied: [...OLD.applied, ISBN.name, "bookwyrm.0220_auto", "oauth.0001_initial"],
  heads: ["bookwyrm.0220_auto", "oauth.0001_initial", "sessions.0001_initial"],
};

async function judge(
  staging: Migrations | string,
  target: Migrations | string,
): Promise<readonly string[]> {
  const instance = (answer: Migrations | string) => ({
    expected: EXPECTED,
    cluster: fakeCluster(healthy(), {
      execute: () => ({
        exitCode: typeof answer === "string" ? 1 : 0,
        stdout: `6 objects imported automatically.\n${typeof answer === "string" ? "" : JSON.stringify(answer)}\n`,
        stderr: typeof answer === "string" ? answer : "",
      }),
    }),
  });
  const args = { staging: instance(staging), target: instance(target) };
  const outcome = await migrationsKnownCheck(args).run(AbortSignal.timeout(5_000));
  return [`${outcome.verdict}: ${outcome.summary}`, ...(outcome.evidence ?? [])];
}

test("what would be applied is named, and what of it cannot be taken back", async () => {
  assert.deepEqual(await judge(NEW, OLD), [
    "pass: The candidate applies 3 migrations; a rollback behind bookwyrm.0219_datamigration_fix_isbn10 takes a restore of the database.",
    "bookwyrm.0219_datamigration_fix_isbn10 (irreversible)",
    "bookwyrm.0220_auto",
    "oauth.0001_initial",
  ]);
  assert.deepEqual(await judge(NEW, NEW), [
    "pass: The database has every migration of the candidate.",
  ]);
});

test("a pod that does not list its migrations is an error, and so is an empty list", async () => {
  await assert.rejects(
    judge("OperationalError: refused", OLD),
    /\(exit code 1\): OperationalError/,
  );
  await assert.rejects(judge(NEW, { known: [], applied: [], heads: [] }), /does not list/);
});

test("no web pod to ask is no answer", async () => {
  const instance = { expected: EXPECTED, cluster: fakeCluster({ ...healthy(), pods: [] }) };
  const check = migrationsKnownCheck({ staging: instance, target: instance });
  await assert.rejects(check.run(AbortSignal.timeout(5_000)), NoAnswer);
});

test("a rollback crosses what the earlier release lacks, new apps too", () => {
  assert.deepEqual(crossed(NEW, OLD.heads), [ISBN, AUTO, reversible("oauth.0001_initial")]);
  assert.deepEqual(crossed(NEW, NEW.heads), []);
  const pending = { ...NEW, applied: OLD.applied };
  assert.deepEqual(crossed(pending, OLD.heads), []);
});

test("a rollback crosses what was merged later under a lower number", () => {
  const head = "bookwyrm.0188_theme_loads";
  const late: Migration = {
    name: "bookwyrm.0186_invite_request_notification",
    isReversible: false,
    dependsOn: ["bookwyrm.0185_books_in_notifications"],
  };
  const merge = reversible("bookwyrm.0189_merge", late.name, head);
  const known = [
    reversible("bookwyrm.0185_books_in_notifications", "auth.0012_names"),
    late,
    reversible("bookwyrm.0187_reports", "bookwyrm.0185_books_in_notifications"),
    reversible(head, "bookwyrm.0187_reports"),
    merge,
    reversible("auth.0012_names"),
  ];
  const current = { known, applied: known.map(({ name }) => name), heads: [merge.name] };
  assert.deepEqual(crossed(current, [head]), [late, merge]);
});

test("what a head stands for that the running code does not know, nobody can say", () => {
  assert.equal(crossed(OLD, ["bookwyrm.0220_auto", "sessions.0001_initial"]), undefined);
  assert.deepEqual(crossed(OLD, [...OLD.heads, "dropped.0003_app"]), []);
});
