import assert from "node:assert/strict";
import { test } from "node:test";
import { type Outcome, runChecks } from "../../../checks/check.ts";
import type { Forge } from "../../../checks/forge/forge.ts";
import { commitOnProtectedBranchCheck } from "../../../checks/pre/commit-on-protected-branch.ts";
import {
  HOSTED,
  hostedOnForgejo,
  hostedOnGitHub,
  MERGED,
  OF_FORK,
  ROOT,
  TIP,
  TWINS,
  UNMERGED,
  UNRELATED,
  withoutPort,
} from "../../support/forges.ts";

async function outcome(forge: Forge, commit: string, branch = "main"): Promise<Outcome> {
  const check = commitOnProtectedBranchCheck({ forge, commit, branch });
  const [result] = await runChecks([check], { timeoutMs: 10_000 });
  assert.ok(result);
  const { id, milliseconds, ...rest } = result;
  assert.equal(id, "commit-on-protected-branch");
  return JSON.parse(withoutPort(JSON.stringify(rest))) as Outcome;
}

const NOT_ON_MAIN =
  "is not on main of forge.test, uostas/ziurkes: it was never merged, was rewritten away, or is from a fork.";

for (const [forgeName, hosted] of [
  ["GitHub", hostedOnGitHub],
  ["Forgejo", hostedOnForgejo],
] as const) {
  test(`${forgeName}: a commit of the branch passes, and a short one is shown in full`, async (context) => {
    const { forge } = await hosted(context);
    const evidence = [`commit ${MERGED}`, `main is at ${TIP}`];
    const inHistory: Outcome = {
      verdict: "pass",
      summary: "b20000000000 is in the history of main.",
      evidence,
    };
    assert.deepEqual(await outcome(forge, MERGED), inHistory);
    assert.deepEqual(await outcome(forge, MERGED.slice(0, 7)), inHistory);
    assert.deepEqual(await outcome(forge, TIP), {
      verdict: "pass",
      summary: "c30000000000 is the tip of main.",
      evidence: [`commit ${TIP}`, `main is at ${TIP}`],
    });
    assert.equal((await outcome(forge, ROOT)).verdict, "pass");
  });

  test(`${forgeName}: commits that the forge knows but the branch lacks fail`, async (context) => {
    const { forge } = await hosted(context);
    const commits = [UNMERGED, OF_FORK, UNRELATED];
    const outcomes = await Promise.all(commits.map((commit) => outcome(forge, commit)));
    assert.deepEqual(
      outcomes.map(({ verdict, summary }) => [verdict, summary]),
      commits.map((commit) => ["fail", `${commit.slice(0, 12)} ${NOT_ON_MAIN}`]),
    );
    assert.deepEqual(outcomes[0]?.evidence, [`commit ${UNMERGED}`, `main is at ${TIP}`]);
    assert.equal(
      outcomes[0].remedy,
      "Merge it into main, let CI build that commit, and pin the image that comes out.",
    );
  });

  test(`${forgeName}: a tip that was rewritten away fails`, async (context) => {
    const branches = { main: { sha: MERGED, isProtected: true } };
    const { forge } = await hosted(context, { branches });
    assert.equal((await outcome(forge, TIP)).verdict, "fail");
  });

  test(`${forgeName}: unknown and ambiguous commits fail, and a branch named like a commit is none`, async (context) => {
    const { forge } = await hosted(context);
    for (const commit of ["9999999", "9".repeat(40), TWINS[0].slice(0, 7), "1234567"]) {
      const { verdict, summary } = await outcome(forge, commit);
      assert.deepEqual(
        [verdict, summary],
        [
          "fail",
          `forge.test, uostas/ziurkes knows no commit ${commit}, or several that begin so: the image was built from code that is not there.`,
        ],
      );
    }
  });

  test(`${forgeName}: what is no commit fails before anybody is asked`, async (context) => {
    const { forge, double } = await hosted(context);
    for (const commit of ["", "main", "ABCDEF0", "abc123", `${TIP}0`, "../../user"]) {
      const { verdict, summary } = await outcome(forge, commit);
      assert.equal(verdict, "fail");
      assert.equal(
        summary,
        `The image says that it was built from "${commit}", which is no commit.`,
      );
    }
    assert.deepEqual(double.requests, []);
  });

  test(`${forgeName}: a missing branch fails, one with a slash is found, an unprotected one is told`, async (context) => {
    const { forge } = await hosted(context);
    assert.deepEqual(await outcome(forge, TIP, "master"), {
      verdict: "fail",
      summary: "forge.test, uostas/ziurkes has no branch master.",
      evidence: [`commit ${TIP}`],
      remedy: "Set the branch that images are built from.",
    });
    assert.deepEqual(await outcome(forge, ROOT, "release/1.0"), {
      verdict: "pass",
      summary: "a10000000000 is in the history of release/1.0.",
      evidence: [
        `commit ${ROOT}`,
        `release/1.0 is at ${MERGED}`,
        "release/1.0 is not a protected branch: whoever can push can rewrite it",
      ],
    });
  });

  test(`${forgeName}: a private repository is unknown without a token and judged with one`, async (context) => {
    const state = { isPrivate: true, tokens: ["t0ken"] };
    const without = await hosted(context, state);
    const hidden = await outcome(without.forge, TIP);
    assert.equal(hidden.verdict, "unknown");
    assert.equal(
      hidden.remedy,
      "Check the repository's name; a private one needs a token that may read it.",
    );
    const withToken = await hosted(context, state, { token: "t0ken" });
    assert.equal((await outcome(withToken.forge, TIP)).verdict, "pass");
  });

  test(`${forgeName}: a wrong token is unknown, on a public repository too, and is not shown`, async (context) => {
    const { forge } = await hosted(context, { tokens: ["t0ken"] }, { token: "0ld-s3cret" });
    const result = await outcome(forge, TIP);
    assert.equal(result.verdict, "unknown");
    assert.equal(
      result.remedy,
      "The token for forge.test is wrong, expired or revoked: set a new one.",
    );
    assert.doesNotMatch(JSON.stringify(result), /s3cret/);
  });
}

test("Forgejo's compare finds no commit between unrelated histories, so it cannot be what is asked", async (context) => {
  const { double } = await hostedOnForgejo(context);
  const compared = await fetch(
    `${double.address}/repos/${HOSTED.name}/compare/main...${UNRELATED}`,
  );
  assert.deepEqual(await compared.json(), { total_commits: 0, commits: [] });
});

test("GitHub's rate limits are unknown, and say when to come back", async (context) => {
  const primary = await hostedOnGitHub(context, { limit: "primary" });
  const secondary = await hostedOnGitHub(context, { limit: "secondary" }, { token: "t0ken" });
  const outcomes = await Promise.all([outcome(primary.forge, TIP), outcome(secondary.forge, TIP)]);
  const where = `http://forge.test/repos/uostas/ziurkes/commits/${TIP}`;
  assert.deepEqual(outcomes, [
    {
      verdict: "unknown",
      summary: `${where}: the rate limit is used up (403)`,
      remedy: "Run it again after 2025-11-16T09:30:00.000Z. With a token the limit is far higher.",
    },
    {
      verdict: "unknown",
      summary: `${where}: the rate limit is used up (403)`,
      remedy: "Run it again in 60 s.",
    },
  ]);
});
