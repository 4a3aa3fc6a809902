import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { revisionOf } from "../../lab/images/images.ts";
import { bookwyrm, type Recipe, redis, withoutCode } from "../../lab/images/recipes.ts";
import { commitSample } from "../../lab/images/sample-commit.ts";

test("the revision of an image names its content", () => {
  const folder = mkdtempSync(join(tmpdir(), "bookwyrm-test-"));
  try {
    const file = join(folder, "file");
    const recipe: Recipe = { ...redis, files: { "etc/file": file } };
    writeFileSync(file, "one");
    const first = revisionOf(recipe);
    assert.match(first, /^[0-9a-f]{40}$/);
    assert.equal(revisionOf({ ...recipe }), first);
    writeFileSync(file, "two");
    assert.notEqual(revisionOf(recipe), first);
    writeFileSync(file, "one");
    assert.notEqual(revisionOf({ ...recipe, user: 1 }), first);
    assert.equal(revisionOf(recipe), first);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("another release, and one without its code, are other images", () => {
  const revisions = [bookwyrm("0.9.2"), bookwyrm("0.9.3"), withoutCode(bookwyrm("0.9.2"))].map(
    revisionOf,
  );
  assert.equal(new Set(revisions).size, 3);
});

test("the sample is the same commit wherever it is made, and another for another release", async (context) => {
  const folder = mkdtempSync(join(tmpdir(), "bookwyrm-test-"));
  context.after(() => {
    rmSync(folder, { recursive: true });
  });
  const commits = [];
  const people = [];
  for (const [at, version] of ["0.9.2", "0.9.2", "0.9.3"].entries()) {
    const clone = join(folder, at.toString());
    commits.push(await commitSample(version, clone));
    const shown = ["log", "--format=%an %aI, %cn %cI"];
    people.push(execFileSync("git", shown, { cwd: clone, encoding: "utf8" }));
  }
  const [first = "", second, third] = commits;
  assert.match(first, /^[0-9a-f]{40}$/);
  assert.equal(second, first);
  assert.notEqual(third, first);
  const always = "BookWyrm lab 2026-01-01T00:00:00+00:00, BookWyrm lab 2026-01-01T00:00:00+00:00\n";
  assert.deepEqual(people, [always, always, always]);
});
