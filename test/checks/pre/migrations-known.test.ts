import assert from "node:assert/strict";
import { test } from "node:test";
import { crossed, type Migrations } from "../../../checks/cluster/migrations.ts";
import { NoAnswer } from "../../../checks/no-answer.ts";
import { migrationsKnownCheck } from "../../../checks/pre/migrations-known.ts";
import { EXPECTED, fakeCluster, healthy } from "../../support/cluster.ts";

const reversible = (name: string): Migrations["known"][number] => ({ name, isReversible: true });
const ISBN = { name: "bookwyrm.0219_datamigration_fix_isbn10", isReversible: false };
const OLD: Migrations = {
  known: [reversible("bookwyrm.0218_x"), reversible("sessions.0001_initial")],
  applied: ["bookwyrm.0218_x", "sessions.0001_initial"],
  heads: ["bookwyrm.0218_x", "sessions.0001_initial"],
};
const NEW: Migrations = {
  known: [...OLD.known, ISBN, reversible("bookwyrm.0220_auto"), reversible("oauth.0001_initial")],
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
  assert.deepEqual(crossed(NEW, OLD.heads), [
    ISBN,
    reversible("bookwyrm.0220_auto"),
    reversible("oauth.0001_initial"),
  ]);
  assert.deepEqual(crossed(NEW, NEW.heads), []);
  const pending = { ...NEW, applied: OLD.applied };
  assert.deepEqual(crossed(pending, OLD.heads), []);
});
