import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import { runChecks } from "../../../checks/check.ts";
import { sentryCheck } from "../../../checks/post/sentry.ts";

const TOKEN = "sntrys_not-to-be-printed";
const RELEASE = "/api/0/organizations/uostas/releases/bookwyrm%400.9.2/";
const ISSUES = "/api/0/projects/uostas/bookwyrm/issues/";

interface Page {
  readonly status?: number;
  readonly body: string;
}

/** Answers as Sentry's web API does, to its token only. */
async function judge(pages: Readonly<Record<string, Page>>): Promise<string> {
  const server = createServer(({ url = "", headers }, response) => {
    const { pathname, searchParams } = new URL(url, "http://localhost");
    const isAsked =
      pathname === RELEASE ||
      searchParams.get("query") === 'is:unresolved firstRelease:"bookwyrm@0.9.2"';
    const page = isAsked ? pages[pathname] : undefined;
    response.statusCode = headers.authorization === `Bearer ${TOKEN}` ? (page?.status ?? 200) : 401;
    if (page === undefined) response.statusCode = 404;
    response.end(page?.body);
  }).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as AddressInfo;
  const check = sentryCheck({
    url: new URL(`http://127.0.0.1:${port.toString()}`),
    organisation: "uostas",
    project: "bookwyrm",
    release: "bookwyrm@0.9.2",
    token: TOKEN,
  });
  const [result] = await runChecks([check], { timeoutMs: 5_000 });
  server.close();
  assert.ok(!JSON.stringify(result).includes(TOKEN));
  return `${result?.verdict ?? ""}: ${result?.summary ?? ""}`;
}

const VERSION = "bookwyrm@0.9.2";
const SEEN: Page = {
  body: JSON.stringify({ version: VERSION, lastEvent: "2025-11-16T09:30:00Z" }),
};

test("no Sentry is skipped, not passed", async () => {
  assert.deepEqual(await sentryCheck(undefined).run(AbortSignal.timeout(1_000)), {
    verdict: "skipped",
    summary: "No Sentry is configured.",
  });
});

test("a release that was heard of, without a new issue, passes", async () => {
  assert.equal(
    await judge({ [RELEASE]: SEEN, [ISSUES]: { body: "[]" } }),
    "pass: Sentry has no new issue of the release bookwyrm@0.9.2; its last event came at 2025-11-16T09:30:00Z.",
  );
});

test("new issues fail", async () => {
  const issues = JSON.stringify([{ title: "ModuleNotFoundError", count: "12" }]);
  assert.match(await judge({ [RELEASE]: SEEN, [ISSUES]: { body: issues } }), /^fail: .* 1 unres/);
});

test("silence is unknown: no such release, or none of its events", async () => {
  assert.match(await judge({ [ISSUES]: { body: "[]" } }), /^unknown: Sentry has seen no event/);
  const silent = { body: JSON.stringify({ version: VERSION, lastEvent: null }) };
  assert.match(await judge({ [RELEASE]: silent, [ISSUES]: { body: "[]" } }), /^unknown/);
});

test("an answer that cannot be read is unknown", async () => {
  assert.match(await judge({ [RELEASE]: { status: 503, body: "" } }), /^unknown: .* answers 503/);
  assert.match(
    await judge({ [RELEASE]: { body: "<html>" } }),
    /^unknown: .* does not answer as Sentry/,
  );
  assert.match(await judge({ [RELEASE]: SEEN }), /^unknown: .*issues\/ answers 404/);
  for (const body of ["{}", "null", "[null]", '[{"count":"1"}]']) {
    const found = await judge({ [RELEASE]: SEEN, [ISSUES]: { body } });
    assert.match(found, /^unknown: .*issues\/ does not answer as Sentry/);
  }
});
