import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { Forge } from "../../../checks/forge/forge.ts";
import { outcome } from "../../support/commit-pushed.ts";
import { gitServer } from "../../support/git-server.ts";
import { GitSandbox } from "../../support/git.ts";

/** All refs and FETCH_HEAD: what a check must leave as it was. */
async function refsOf(sandbox: GitSandbox, clone: string): Promise<string> {
  const refs = await sandbox.git(clone, "for-each-ref");
  const hasFetchHead = readdirSync(join(clone, ".git")).includes("FETCH_HEAD");
  return `${refs}\nFETCH_HEAD: ${hasFetchHead.toString()}`;
}

test("the tip of the server's branch passes", async (context) => {
  const sandbox = new GitSandbox(context);
  const { server, clone, sha } = await sandbox.pushed();
  assert.deepEqual(await outcome(sandbox, clone), {
    verdict: "pass",
    summary: "HEAD is the tip of main on the server.",
    evidence: [`HEAD ${sha} (main)`, `main of file://${server} is at ${sha}`],
  });
});

test("an older commit of the branch passes, over HTTP too, and no ref of the clone moves", async (context) => {
  const sandbox = new GitSandbox(context);
  const { server, sha } = await sandbox.pushed();
  const { address, requests } = await gitServer(context, sandbox.folder);
  const clone = await sandbox.clone(`${address}/server.git`, "http-clone");
  const colleague = await sandbox.clone(`file://${server}`, "colleague");
  const newer = await sandbox.commit(colleague, "newer.ts");
  await sandbox.git(colleague, "push", "--quiet", "origin", "main");
  const before = await refsOf(sandbox, clone);
  const asked = requests.length;
  assert.deepEqual(await outcome(sandbox, clone), {
    verdict: "pass",
    summary: "HEAD is in the history of main on the server.",
    evidence: [`HEAD ${sha} (main)`, `main of ${address}/server.git is at ${newer}`],
  });
  assert.equal(await refsOf(sandbox, clone), before);
  assert.ok(requests.length > asked);
});

test("a commit that was not pushed fails: the outage's second failure", async (context) => {
  const sandbox = new GitSandbox(context);
  const { server, clone, sha } = await sandbox.pushed();
  const fix = await sandbox.commit(clone, "Dockerfile");
  assert.deepEqual(await outcome(sandbox, clone), {
    verdict: "fail",
    summary:
      "HEAD is not on main of origin: 1 commit of it is not there, so CI and your colleagues have other code.",
    evidence: [`HEAD ${fix} (main)`, `main of file://${server} is at ${sha}`],
    remedy:
      "Push or merge it into main, then deploy from there. git status may call it up to date: it only knows the last fetch.",
  });
});

test("a commit that was force-pushed away fails, although origin/main still has it", async (context) => {
  const sandbox = new GitSandbox(context);
  const { server, clone } = await sandbox.pushed();
  await sandbox.commit(clone, "second.ts");
  await sandbox.git(clone, "push", "--quiet", "origin", "main");
  const colleague = await sandbox.clone(`file://${server}`, "colleague");
  await sandbox.git(colleague, "reset", "--quiet", "--hard", "HEAD~1");
  await sandbox.commit(colleague, "other.ts");
  await sandbox.git(colleague, "push", "--quiet", "--force", "origin", "main");
  assert.match(await sandbox.git(clone, "branch", "-r", "--contains", "HEAD"), /origin\/main/);
  const before = await refsOf(sandbox, clone);
  const { verdict, summary } = await outcome(sandbox, clone);
  assert.equal(verdict, "fail");
  assert.match(summary, /^HEAD is not on main of origin: 1 commit of it is not there/);
  assert.equal(await refsOf(sandbox, clone), before);
});

test("a pushed feature branch fails until it is merged", async (context) => {
  const sandbox = new GitSandbox(context);
  const { clone } = await sandbox.pushed();
  await sandbox.git(clone, "switch", "--quiet", "--create", "feature");
  const sha = await sandbox.commit(clone, "feature.ts");
  await sandbox.git(clone, "push", "--quiet", "origin", "feature");
  const unmerged = await outcome(sandbox, clone);
  assert.equal(unmerged.verdict, "fail");
  assert.equal(unmerged.evidence?.[0], `HEAD ${sha} (feature)`);
  await sandbox.git(clone, "push", "--quiet", "origin", "feature:main");
  assert.equal((await outcome(sandbox, clone)).verdict, "pass");
});

test("a branch of the same name below other folders is not taken for the branch", async (context) => {
  const sandbox = new GitSandbox(context);
  const { server, clone } = await sandbox.pushed();
  await sandbox.git(clone, "push", "--quiet", "origin", "main:refs/heads/x/refs/heads/release");
  assert.deepEqual(await outcome(sandbox, clone, { branch: "release" }), {
    verdict: "fail",
    summary: `file://${server} has no branch release.`,
    evidence: [`HEAD ${await sandbox.git(clone, "rev-parse", "HEAD")} (main)`],
    remedy:
      "Push it, or set the branch that deployments are made from: git ls-remote --heads origin",
  });
});

test("a detached HEAD with its history is judged like any other", async (context) => {
  const sandbox = new GitSandbox(context);
  const { clone, sha } = await sandbox.pushed();
  await sandbox.commit(clone, "second.ts");
  await sandbox.git(clone, "push", "--quiet", "origin", "main");
  await sandbox.git(clone, "checkout", "--quiet", "--detach", sha);
  const pushed = await outcome(sandbox, clone);
  assert.equal(pushed.verdict, "pass");
  assert.equal(pushed.evidence?.[0], `HEAD ${sha} (detached)`);
  await sandbox.commit(clone, "third.ts");
  assert.equal((await outcome(sandbox, clone)).verdict, "fail");
});

test("a shallow clone passes at the tip, and cannot tell below it", async (context) => {
  const sandbox = new GitSandbox(context);
  const { server, clone } = await sandbox.pushed();
  await sandbox.commit(clone, "second.ts");
  await sandbox.git(clone, "push", "--quiet", "origin", "main");
  const shallow = await sandbox.clone(`file://${server}`, "shallow", "--depth=1");
  assert.equal((await outcome(sandbox, shallow)).verdict, "pass");
  await sandbox.commit(clone, "third.ts");
  await sandbox.git(clone, "push", "--quiet", "origin", "main");
  const { verdict, summary, remedy } = await outcome(sandbox, shallow);
  assert.deepEqual(
    { verdict, summary, remedy },
    {
      verdict: "unknown",
      summary: "This clone is shallow: it cannot tell whether HEAD is in the history of main.",
      remedy:
        "Fetch the whole history: git fetch --unshallow (actions/checkout: fetch-depth: 0), or configure the forge.",
    },
  );
});

const forge = (comparison: "behind" | "elsewhere" | "no branch"): Forge => ({
  name: "forge.example.org, uostas/deployment",
  findCommit: (commit) => Promise.resolve(commit),
  findBranch: (name) =>
    Promise.resolve(
      comparison === "no branch" ? undefined : { name, sha: "b".repeat(40), isProtected: true },
    ),
  compare: () => Promise.resolve(comparison === "no branch" ? "elsewhere" : comparison),
  checksOf: () => Promise.resolve([]),
});

test("a shallow clone asks the forge where there is one", async (context) => {
  const sandbox = new GitSandbox(context);
  const { server, clone } = await sandbox.pushed();
  const shallow = await sandbox.clone(`file://${server}`, "shallow", "--depth=1");
  await sandbox.commit(clone, "second.ts");
  await sandbox.git(clone, "push", "--quiet", "origin", "main");
  const verdicts = await Promise.all(
    (["behind", "elsewhere", "no branch"] as const).map(async (comparison) => {
      const { verdict, summary } = await outcome(sandbox, shallow, { forge: forge(comparison) });
      return [verdict, summary];
    }),
  );
  assert.deepEqual(verdicts, [
    ["pass", "HEAD is in the history of main, says forge.example.org, uostas/deployment."],
    [
      "fail",
      "HEAD is not on main of origin: forge.example.org, uostas/deployment says that it is not there, so CI and your colleagues have other code.",
    ],
    ["fail", "forge.example.org, uostas/deployment has no branch main."],
  ]);
});

test("no repository, no commit and no remote fail, each in its own words", async (context) => {
  const sandbox = new GitSandbox(context);
  const none = await outcome(sandbox, sandbox.folder);
  await sandbox.git(sandbox.folder, "init", "--quiet", "alone");
  const alone = sandbox.path("alone");
  const empty = await outcome(sandbox, alone);
  const sha = await sandbox.commit(alone, "index.ts");
  assert.deepEqual(
    [none.verdict, none.summary, empty.verdict, empty.summary],
    [
      "fail",
      "This folder is not in a git work tree, so it has no commit that could be pushed.",
      "fail",
      "This repository has no commit yet, so there is none that could be pushed.",
    ],
  );
  assert.deepEqual(await outcome(sandbox, alone), {
    verdict: "fail",
    summary: 'There is no remote "origin" here, so this commit is nowhere but on this machine.',
    evidence: [`HEAD ${sha} (main)`],
    remedy: "Add it: git remote add origin <address>; then push to its main.",
  });
});
