import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { github } from "../../../checks/forge/github.ts";
import { type JsonAnswer, jsonServer } from "../../../lab/json-server.ts";
import { HOSTED, hostedOnGitHub, MERGED, TIP } from "../../support/forges.ts";

const ALWAYS = AbortSignal.any([]);

interface Lists {
  readonly runs?: { readonly total: number; readonly shas: readonly string[] };
  readonly statuses?: { readonly total: number; readonly sha: string };
}

/** A server that answers for TIP with lists that GitHub itself would not send. */
async function odd(context: TestContext, { runs, statuses }: Lists) {
  const server = await jsonServer(({ url }): JsonAnswer => {
    if (url.pathname.endsWith("/check-runs")) {
      const shown = (runs?.shas ?? []).map((sha, id) => ({
        ...{ id, name: "build", head_sha: sha, status: "completed", conclusion: "success" },
        ...{ html_url: null, app: null },
      }));
      return { status: 200, body: { total_count: runs?.total ?? 0, check_runs: shown } };
    }
    const { total = 0, sha = TIP } = statuses ?? {};
    return { status: 200, body: { sha, total_count: total, statuses: [] } };
  });
  context.after(() => {
    server.close();
  });
  return github({ api: server.address, repository: HOSTED.name });
}

test("lists that lack entries are no answer: the missing one may have failed", async (context) => {
  const lists: readonly Lists[] = [
    { runs: { total: 2, shas: [TIP] } },
    { statuses: { total: 1, sha: TIP } },
  ];
  for (const each of lists) {
    const forge = await odd(context, each);
    await assert.rejects(forge.checksOf(TIP, ALWAYS), {
      message: /: the (check runs|statuses) came incomplete: [01] of [12]\./,
    });
  }
});

test("an answer about another commit is no answer", async (context) => {
  const lists: readonly Lists[] = [
    { runs: { total: 2, shas: [TIP, MERGED] } },
    { statuses: { total: 0, sha: MERGED } },
  ];
  for (const each of lists) {
    const forge = await odd(context, each);
    await assert.rejects(forge.checksOf(TIP, ALWAYS), {
      message: /was asked about c30* and answered about another commit/,
    });
  }
});

test("a run without an app and an address is reported as it is", async (context) => {
  const forge = await odd(context, { runs: { total: 1, shas: [TIP] } });
  assert.deepEqual(await forge.checksOf(TIP, ALWAYS), [
    { name: "build", reporter: "an app", state: "success", said: "success", url: undefined },
  ]);
});

test("the double says pending where nothing reported, as GitHub does, and nobody asks for that word", async (context) => {
  const { forge, double } = await hostedOnGitHub(context);
  const combined = await fetch(`${double.address}/repos/${HOSTED.name}/commits/${TIP}/status`);
  assert.deepEqual(await combined.json(), {
    state: "pending",
    sha: TIP,
    total_count: 0,
    statuses: [],
  });
  assert.deepEqual(await forge.checksOf(TIP, ALWAYS), []);
});

test("a branch of a repository that is hidden is no answer, not a missing branch", async (context) => {
  const { forge } = await hostedOnGitHub(context, { isPrivate: true });
  await assert.rejects(forge.findBranch("main", ALWAYS), {
    message: /answers 404 \("Not Found"\)/,
    remedy: "Check the repository's name; a private one needs a token that may read it.",
  });
});
