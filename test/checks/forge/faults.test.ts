import assert from "node:assert/strict";
import { test } from "node:test";
import { type Check, type CheckResult, runChecks } from "../../../checks/check.ts";
import { forgejo } from "../../../checks/forge/forgejo.ts";
import type { Forge } from "../../../checks/forge/forge.ts";
import { github } from "../../../checks/forge/github.ts";
import { ciChecksPassedCheck } from "../../../checks/pre/ci-checks-passed.ts";
import { commitOnProtectedBranchCheck } from "../../../checks/pre/commit-on-protected-branch.ts";
import { AUTHORITIES } from "../../support/faults.ts";
import { faultyProxy } from "../../support/faulty-proxy.ts";
import { HOSTED, hostedOnForgejo, hostedOnGitHub, MERGED } from "../../support/forges.ts";
import { makeCertificate } from "../../support/certificate.ts";

const TOKEN = "t0p-s3cret";

const FORGES = { GitHub: github, Forgejo: forgejo } as const;

const CHECKS: Readonly<Record<string, (forge: Forge) => Check>> = {
  "commit-on-protected-branch": (forge) =>
    commitOnProtectedBranchCheck({ forge, commit: MERGED, branch: "main" }),
  "ci-checks-passed": (forge) =>
    ciChecksPassedCheck({ forge, commit: MERGED, required: ["build"] }),
};

async function resultOf(check: Check, timeoutMs = 5_000): Promise<CheckResult> {
  const [result] = await runChecks([check], { timeoutMs });
  assert.ok(result);
  return result;
}

function assertCouldNotTell(result: CheckResult): void {
  assert.equal(result.verdict, "unknown", result.summary);
  assert.ok(result.summary.length > 20, "it says what happened");
  assert.ok((result.remedy ?? "").length > 20, "it says what to do");
  assert.doesNotMatch(JSON.stringify(result), new RegExp(TOKEN));
}

for (const forgeName of ["GitHub", "Forgejo"] as const) {
  test(`${forgeName}: a host that refuses, and one without a trusted certificate, give unknown`, async (context) => {
    const create = FORGES[forgeName];
    const tls = makeCertificate();
    const elsewhere = makeCertificate("DNS:forge.example.org");
    const hosted = forgeName === "GitHub" ? hostedOnGitHub : hostedOnForgejo;
    const { double } = await hosted(context, { tls, tokens: [TOKEN] });
    const wrongName = await hosted(context, { tls: elsewhere, tokens: [TOKEN] });
    const options = { repository: HOSTED.name, token: TOKEN };
    const check = CHECKS["commit-on-protected-branch"];
    assert.ok(check);
    const judge = (api: string, ca?: string): Promise<CheckResult> =>
      resultOf(check(create({ api, ...options, ...(ca !== undefined && { ca }) })));

    const trusted = await judge(double.address, tls.cert);
    assert.equal(trusted.verdict, "pass", trusted.summary);
    const asked = double.requests.length;

    const untrusted = await judge(double.address);
    assertCouldNotTell(untrusted);
    assert.match(untrusted.summary, /self-signed/);
    const misnamed = await judge(wrongName.double.address, elsewhere.cert);
    assertCouldNotTell(misnamed);
    assert.match(misnamed.summary, /for another host/);
    assert.equal(double.requests.length, asked);
    assert.equal(wrongName.double.requests.length, 0);

    const gone = (await hosted(context, { tls })).double;
    gone.close();
    const refused = await judge(gone.address, tls.cert);
    assertCouldNotTell(refused);
    assert.match(refused.summary, /nothing listens there/);
  });
}

test("the token goes to the API's host alone: a page elsewhere is not asked for", async (context) => {
  const { double } = await hostedOnGitHub(context, {
    tokens: [TOKEN],
    perPageMax: 1,
    checkRuns: ["build", "test"].map((name, id) => ({
      id,
      sha: MERGED,
      name,
      conclusion: "success",
    })),
  });
  const { address } = await faultyProxy(context, double.address);
  // The pages' links name the double, which is another host than the proxy that was configured.
  const forge = github({
    ...{ api: address, repository: HOSTED.name, token: TOKEN, ca: AUTHORITIES },
  });
  const result = await resultOf(
    ciChecksPassedCheck({ forge, commit: MERGED, required: ["build"] }),
  );
  assertCouldNotTell(result);
  assert.match(result.summary, /the next page is said to be on http:.* where the token may go/);
  const pages = double.requests.map(({ url }) => url.searchParams.get("page"));
  assert.deepEqual(new Set(pages), new Set([null]));
});

test("a token that an address or an answer repeats is not shown", async (context) => {
  const { double } = await hostedOnGitHub(context, { name: `${TOKEN}/ziurkes` });
  const forge = github({ api: double.address, repository: `${TOKEN}/ziurkes`, token: TOKEN });
  const result = await resultOf(
    commitOnProtectedBranchCheck({ forge, commit: MERGED, branch: "main" }),
  );
  assert.equal(result.verdict, "unknown");
  assert.match(result.summary, /\/repos\/\*\*\*\/ziurkes\/commits/);
});

const UNUSABLE = [
  ["http://forge.example.org", HOSTED.name, "t", /not encrypted/],
  ["https://user:s3cret@forge.example.org", HOSTED.name, "t", /not an https:\/\/ address/],
  ["forge.example.org", HOSTED.name, "t", /not an https:\/\/ address/],
  ["https://forge.example.org", "ziurkes", "t", /repository is "ziurkes"/],
  ["https://forge.example.org", "uostas/ziurkes/../../user", "t", /repository is/],
  ["https://forge.example.org", HOSTED.name, "s3cret\n", /spaces or line ends/],
  ["https://forge.example.org", HOSTED.name, "", /empty/],
] as const;

for (const [api, repository, token, expected] of UNUSABLE) {
  test(`an address, repository or token that cannot be used gives unknown: ${expected.source}, ${api}`, async () => {
    const checks = [github, forgejo].flatMap((create) =>
      Object.values(CHECKS).map((checkOf) => checkOf(create({ api, repository, token }))),
    );
    for (const result of await runChecks(checks, { timeoutMs: 5_000 })) {
      assert.equal(result.verdict, "unknown");
      assert.match(result.summary, expected);
      assert.doesNotMatch(JSON.stringify(result), /s3cret/);
    }
  });
}
