import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { type Outcome, runChecks } from "../../../checks/check.ts";
import {
  type CiChecksPassedArgs,
  ciChecksPassedCheck,
} from "../../../checks/pre/ci-checks-passed.ts";
import type { ForgejoState } from "../../../lab/forgejo.ts";
import type { CheckRun, CommitStatus, GitHubState } from "../../../lab/github.ts";
import { hostedOnForgejo, hostedOnGitHub, MERGED, TIP, withoutPort } from "../../support/forges.ts";

type Asked = Omit<CiChecksPassedArgs, "forge" | "commit">;

async function outcome(args: CiChecksPassedArgs): Promise<Outcome> {
  const [result] = await runChecks([ciChecksPassedCheck(args)], { timeoutMs: 10_000 });
  assert.ok(result);
  const { id, milliseconds, ...rest } = result;
  assert.equal(id, "ci-checks-passed");
  return JSON.parse(withoutPort(JSON.stringify(rest))) as Outcome;
}

async function onGitHub(
  context: TestContext,
  state: Partial<GitHubState>,
  asked: Asked,
): Promise<Outcome> {
  const { forge } = await hostedOnGitHub(context, state);
  return outcome({ forge, commit: TIP.slice(0, 7), ...asked });
}

async function onForgejo(
  context: TestContext,
  state: Partial<ForgejoState>,
  asked: Asked,
): Promise<Outcome> {
  const { forge } = await hostedOnForgejo(context, state);
  return outcome({ forge, commit: TIP.slice(0, 7), ...asked });
}

let lastId = 0;

const run = (
  name: string,
  conclusion: string | null,
  others: Partial<CheckRun> = {},
): CheckRun => ({
  id: (lastId += 1),
  sha: TIP,
  name,
  conclusion,
  ...others,
});

const running = (name: string): CheckRun => run(name, null, { status: "in_progress" });

const status = (
  context: string,
  state: CommitStatus["state"],
  sha: string = TIP,
): CommitStatus => ({
  id: (lastId += 1),
  sha,
  context,
  state,
});

test("GitHub: check runs and commit statuses both count, and others are of no interest", async (context) => {
  const checkRuns = [run("build", "success", { id: 7 }), run("optional", "failure")];
  const statuses = [{ ...status("ci/scan", "success"), id: 8 }];
  assert.deepEqual(
    await onGitHub(context, { checkRuns, statuses }, { required: ["build", "ci/scan"] }),
    {
      verdict: "pass",
      summary: "All 2 required checks succeeded on c30000000000.",
      evidence: [
        `commit ${TIP}`,
        "build: success (github-actions) https://github.com/uostas/ziurkes/runs/7",
        "ci/scan: success (commit status) https://ci.example.org/8",
      ],
    },
  );
});

test("an empty list of required checks fails, however green the commit is", async (context) => {
  const checkRuns = [run("build", "success")];
  assert.deepEqual(await onGitHub(context, { checkRuns }, { required: [] }), {
    verdict: "fail",
    summary: "No check is required, so a commit that CI never saw would pass.",
    remedy: "Name the checks that must succeed, as branch protection writes them.",
  });
});

test("GitHub: missing, pending and failed checks are named with what they said and where", async (context) => {
  const checkRuns = [
    run("test", "failure", { id: 11 }),
    { ...running("build"), id: 12 },
    run("lint", "success", { id: 13 }),
  ];
  assert.deepEqual(
    await onGitHub(context, { checkRuns }, { required: ["build", "test", "lint", "scan"] }),
    {
      verdict: "fail",
      summary:
        "On c30000000000 not every required check succeeded: build is pending, test is failure, scan is missing.",
      evidence: [
        `commit ${TIP}`,
        "build: in_progress (github-actions) https://github.com/uostas/ziurkes/runs/12",
        "test: failure (github-actions) https://github.com/uostas/ziurkes/runs/11",
        "lint: success (github-actions) https://github.com/uostas/ziurkes/runs/13",
        "scan: never reported on this commit",
      ],
      remedy: [
        "Wait until build has ended, and run this again.",
        "Mend what test found, and pin the image of a commit on which it succeeds.",
        'Check the name "scan" (reported are: build, lint, test) and that its workflow runs for every commit, also those that a path filter leaves out.',
      ].join(" "),
    },
  );
});

test("GitHub: a commit on which nothing reported is no pass", async (context) => {
  const { verdict, summary, remedy } = await onGitHub(context, {}, { required: ["build"] });
  assert.equal(verdict, "fail");
  assert.match(summary, /build is missing/);
  assert.match(remedy ?? "", /nothing has reported/);
});

test("GitHub: success on another commit does not count", async (context) => {
  const state = {
    checkRuns: [run("build", "success", { sha: MERGED })],
    statuses: [status("ci/scan", "success", MERGED)],
  };
  const { summary } = await onGitHub(context, state, { required: ["build", "ci/scan"] });
  assert.match(summary, /build is missing, ci\/scan is missing/);
});

for (const conclusion of [
  "failure",
  "cancelled",
  "timed_out",
  "action_required",
  "stale",
  "startup_failure",
  "a_word_of_next_year",
]) {
  test(`GitHub: the conclusion ${conclusion} fails, whatever is allowed`, async (context) => {
    const checkRuns = [run("build", conclusion)];
    const asked: Asked = { required: ["build"], allowed: ["neutral", "skipped"] };
    const { verdict, summary } = await onGitHub(context, { checkRuns }, asked);
    assert.equal(verdict, "fail");
    assert.match(summary, new RegExp(`build is ${conclusion}`));
  });
}

test("neutral and skipped pass only where they are allowed: a path filter skips the tests", async (context) => {
  const checkRuns = [run("test", "skipped"), run("docs", "neutral")];
  const required = ["test", "docs"];
  const judged = await Promise.all(
    [[], ["skipped"], ["neutral", "skipped"]].map(async (allowed) => {
      const asked = { required, allowed } as Asked;
      return (await onGitHub(context, { checkRuns }, asked)).verdict;
    }),
  );
  assert.deepEqual(judged, ["fail", "fail", "pass"]);
});

test("GitHub: of several attempts the newest counts, also while it still runs", async (context) => {
  const attempts = {
    mended: [run("build", "failure"), run("build", "success")],
    broken: [run("build", "success"), run("build", "failure")],
    rerun: [run("build", "success"), running("build")],
  };
  const verdicts = await Promise.all(
    Object.values(attempts).map(async (checkRuns) => {
      // The order in which they are listed says nothing.
      const state = { checkRuns: checkRuns.toReversed() };
      const { verdict, summary } = await onGitHub(context, state, { required: ["build"] });
      return [verdict, /build is \w+/.exec(summary)?.[0]];
    }),
  );
  assert.deepEqual(verdicts, [
    ["pass", undefined],
    ["fail", "build is failure"],
    ["fail", "build is pending"],
  ]);
});

test("GitHub: one name by two apps, or as run and status, must succeed for both", async (context) => {
  const required = ["build"];
  const twoApps = [run("build", "success"), run("build", "failure", { app: "other-ci" })];
  const both = { checkRuns: [run("build", "success")], statuses: [status("build", "error")] };
  assert.equal((await onGitHub(context, { checkRuns: twoApps }, { required })).verdict, "fail");
  assert.equal((await onGitHub(context, both, { required })).verdict, "fail");
});

test("GitHub: a check on the last of many pages is found, failed or not", async (context) => {
  const others = Array.from({ length: 23 }, (_, at) => run(`job-${at.toString()}`, "success"));
  const statuses = Array.from({ length: 7 }, (_, at) => status(`s-${at.toString()}`, "success"));
  const state = (conclusion: string): Partial<GitHubState> => ({
    perPageMax: 5,
    checkRuns: [...others, run("last", conclusion)],
    statuses,
  });
  const required = ["last", "s-6"];
  assert.equal((await onGitHub(context, state("success"), { required })).verdict, "pass");
  assert.equal((await onGitHub(context, state("failure"), { required })).verdict, "fail");
});

test("Forgejo: the newest report of each context counts, over all pages", async (context) => {
  const report = (
    name: string,
    word: ForgejoState["statuses"][number]["status"],
    sha: string = TIP,
  ): ForgejoState["statuses"][number] => ({
    id: (lastId += 1),
    sha,
    context: name,
    status: word,
  });
  const noise = Array.from({ length: 9 }, () => report("noise", "pending"));
  const name = "ci/woodpecker/push/build";
  const histories = {
    passed: [report(name, "pending"), report(name, "success"), ...noise],
    failed: [report(name, "success"), report(name, "failure"), ...noise],
    warned: [report(name, "warning")],
    pending: [report(name, "success"), report(name, "pending")],
    elsewhere: [report(name, "success", MERGED)],
    nothing: [],
  };
  const judged = await Promise.all(
    Object.entries(histories).map(async ([history, statuses]) => {
      const state = { statuses, perPageMax: 4 };
      const { verdict, summary } = await onForgejo(context, state, { required: [name] });
      return [history, verdict, / is (\w+)\.$/.exec(summary)?.[1]];
    }),
  );
  assert.deepEqual(judged, [
    ["passed", "pass", undefined],
    ["failed", "fail", "failure"],
    ["warned", "fail", "warning"],
    ["pending", "fail", "pending"],
    ["elsewhere", "fail", "missing"],
    ["nothing", "fail", "missing"],
  ]);
});
