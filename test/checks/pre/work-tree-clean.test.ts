import assert from "node:assert/strict";
import { chownSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { type Outcome, runChecks } from "../../../checks/check.ts";
import { workTreeCleanCheck } from "../../../checks/pre/work-tree-clean.ts";
import { GitSandbox } from "../../support/git.ts";

async function outcome(sandbox: GitSandbox, folder: string): Promise<Outcome> {
  const check = workTreeCleanCheck({ repository: sandbox.repository(folder) });
  const [result] = await runChecks([check], { timeoutMs: 10_000 });
  assert.ok(result);
  const { id, milliseconds, ...rest } = result;
  assert.equal(id, "work-tree-clean");
  return rest;
}

test("a work tree with nothing but ignored files beside the commit is clean", async (context) => {
  const sandbox = new GitSandbox(context);
  const { clone } = await sandbox.pushed();
  const sha = await sandbox.commit(clone, ".gitignore", "*.log\n");
  writeFileSync(join(clone, "wyrm.log"), "ignored\n");
  assert.deepEqual(await outcome(sandbox, clone), {
    verdict: "pass",
    summary: "Every file is committed as it is.",
    evidence: [`HEAD ${sha}`],
  });
});

test("changed, staged, renamed, deleted and untracked files fail, each with its path", async (context) => {
  const sandbox = new GitSandbox(context);
  const { clone } = await sandbox.pushed();
  await sandbox.commit(clone, "deleted.ts");
  await sandbox.commit(clone, "moved.ts");
  await sandbox.commit(clone, "staged.ts");
  const sha = await sandbox.git(clone, "rev-parse", "HEAD");
  writeFileSync(join(clone, "index.ts"), "changed\n");
  writeFileSync(join(clone, "staged.ts"), "staged\n");
  mkdirSync(join(clone, "new folder"));
  writeFileSync(join(clone, "new folder", "a file"), "untracked\n");
  await sandbox.git(clone, "add", "staged.ts");
  await sandbox.git(clone, "mv", "moved.ts", "renamed.ts");
  await sandbox.git(clone, "rm", "--quiet", "deleted.ts");
  assert.deepEqual(await outcome(sandbox, clone), {
    verdict: "fail",
    summary:
      "5 files here are not what is committed, so this deployment could not be repeated from git.",
    evidence: [
      `HEAD ${sha}`,
      "changed: deleted.ts",
      "changed: index.ts",
      "changed: renamed.ts",
      "changed: staged.ts",
      "untracked: new folder/a file",
    ],
    remedy: "Commit and push, or put away what is not meant: git stash --include-untracked.",
  });
});

test("untracked files fail also where git's configuration hides them, and from a subfolder", async (context) => {
  const sandbox = new GitSandbox(context);
  const { clone } = await sandbox.pushed();
  await sandbox.git(clone, "config", "status.showUntrackedFiles", "no");
  mkdirSync(join(clone, "sub"));
  writeFileSync(join(clone, "untracked.ts"), "");
  const { verdict, evidence } = await outcome(sandbox, join(clone, "sub"));
  assert.equal(verdict, "fail");
  assert.deepEqual(evidence?.slice(1), ["untracked: untracked.ts"]);
});

test("files that git was told to overlook fail, changed or not", async (context) => {
  const sandbox = new GitSandbox(context);
  const { clone } = await sandbox.pushed();
  await sandbox.commit(clone, "Pulumi.prod.yaml");
  await sandbox.git(clone, "update-index", "--skip-worktree", "index.ts");
  await sandbox.git(clone, "update-index", "--assume-unchanged", "Pulumi.prod.yaml");
  writeFileSync(join(clone, "index.ts"), "nobody sees this\n");
  mkdirSync(join(clone, "sub"));
  assert.equal(await sandbox.git(clone, "status", "--porcelain"), "");
  const { verdict, evidence, remedy } = await outcome(sandbox, join(clone, "sub"));
  assert.equal(verdict, "fail");
  assert.deepEqual(evidence?.slice(1), [
    "hidden from git status: Pulumi.prod.yaml",
    "hidden from git status: index.ts",
  ]);
  assert.equal(
    remedy,
    "Let git see hidden files again: git update-index --no-skip-worktree --no-assume-unchanged Pulumi.prod.yaml (where a sparse checkout hides them: git sparse-checkout disable).",
  );
});

test("changes inside a submodule fail, also where the submodule is set to be ignored", async (context) => {
  const sandbox = new GitSandbox(context);
  const { clone } = await sandbox.pushed();
  const library = await sandbox.bare("library.git");
  const seed = await sandbox.clone(`file://${library}`, "seed");
  await sandbox.commit(seed, "library.ts");
  await sandbox.git(seed, "push", "--quiet", "origin", "main");
  await sandbox.git(clone, "submodule", "--quiet", "add", `file://${library}`, "library");
  await sandbox.git(clone, "commit", "--quiet", "--message", "Add the library");
  assert.equal((await outcome(sandbox, clone)).verdict, "pass");
  await sandbox.git(clone, "config", "submodule.library.ignore", "all");
  writeFileSync(join(clone, "library", "untracked.ts"), "");
  const { verdict, evidence } = await outcome(sandbox, clone);
  assert.equal(verdict, "fail");
  assert.deepEqual(evidence?.slice(1), ["changed: library"]);
});

test("of many files the first ten are listed and the rest counted", async (context) => {
  const sandbox = new GitSandbox(context);
  const { clone } = await sandbox.pushed();
  for (let at = 10; at < 22; at += 1) writeFileSync(join(clone, `${at.toString()}.ts`), "");
  const { summary, evidence } = await outcome(sandbox, clone);
  assert.match(summary, /^12 files here are not what is committed/);
  assert.equal(evidence?.length, 12);
  assert.equal(evidence.at(-1), "and 2 more: git status --untracked-files=all");
});

test("a folder outside any repository fails: it has no commit at all", async (context) => {
  const sandbox = new GitSandbox(context);
  assert.deepEqual(await outcome(sandbox, sandbox.folder), {
    verdict: "fail",
    summary: "This folder is not in a git work tree, so nobody can say later what was deployed.",
    evidence: [`folder ${sandbox.folder}`],
    remedy: "Deploy from a clone of the repository.",
  });
});

test("a broken repository and a missing git are unknown", async (context) => {
  const sandbox = new GitSandbox(context);
  const { clone } = await sandbox.pushed();
  writeFileSync(join(clone, ".git", "index"), "not an index");
  const broken = await outcome(sandbox, clone);
  assert.equal(broken.verdict, "unknown");
  assert.match(broken.summary, /^git (status|ls-files) .* failed: .*index/);
  const check = workTreeCleanCheck({
    repository: sandbox.repository(clone, { PATH: sandbox.folder }),
  });
  const [missing] = await runChecks([check], { timeoutMs: 10_000 });
  assert.equal(missing?.verdict, "unknown");
  assert.equal(missing.summary, "git rev-parse --is-inside-work-tree could not be run (ENOENT).");
});

test(
  "another user's clone is unknown, with the command that trusts it",
  { skip: process.getuid?.() !== 0 && "only root can give a folder to somebody else" },
  async (context) => {
    const sandbox = new GitSandbox(context);
    const { clone } = await sandbox.pushed();
    chownSync(clone, 54_321, 54_321);
    chownSync(join(clone, ".git"), 54_321, 54_321);
    const { verdict, remedy } = await outcome(sandbox, clone);
    assert.deepEqual(
      [verdict, remedy],
      [
        "unknown",
        "Another user owns this clone. Trust it: git config --global --add safe.directory <folder>",
      ],
    );
  },
);
