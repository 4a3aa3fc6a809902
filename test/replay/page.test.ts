import assert from "node:assert/strict";
import { test } from "node:test";
import { validateXML } from "xmllint-wasm";
import { renderPage } from "../../replay/page.ts";
import { type Failure, FAILURES, LAYERS, type ReplayResult } from "../../replay/result.ts";
import { hostileResult, replayResult } from "../support/replay-result.ts";

const HOSTILE = `</script></style><img src=x onerror="alert(1)">&'\u001b[31m\u0000\uD800`;

const count = (page: string, pattern: RegExp): number => [...page.matchAll(pattern)].length;

/** What is read, without the markup. */
const textOf = (page: string): string =>
  page
    .replace(/<style>.*?<\/style>/s, "")
    .replace(/<[^>]*>/g, "")
    .replace(/\s+/g, " ")
    .replaceAll("&quot;", '"')
    .replaceAll("&#39;", "'")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&amp;", "&");

function section(page: string, id: string): string {
  const found = new RegExp(`<section aria-labelledby="${id}">.*?</section>`, "s").exec(page)?.[0];
  return found ?? assert.fail(`There is no section ${id}`);
}

/** As XML, which is stricter than HTML; it only writes the first word in capitals. */
async function wellFormed(page: string): Promise<void> {
  const contents = page.replace("<!doctype", "<!DOCTYPE");
  const { errors } = await validateXML({
    xml: { fileName: "replay.html", contents },
    schema: [],
  });
  assert.deepEqual(errors, []);
}

const attemptsOf = ({ outage, withAllLayers, ablation }: ReplayResult) =>
  [outage, withAllLayers, ...ablation].flatMap(({ attempts }) => attempts);

test("the verdict has the figures of that Sunday and of all layers in one sentence", () => {
  const page = renderPage(replayResult());
  const [, verdict = ""] = /<p class="verdict">(.*?)<\/p>/s.exec(page) ?? [];
  assert.equal(
    textOf(verdict),
    "Deployed as on that Sunday, the site was without service for 25.7 s and 257 of 270 requests failed; with all layers on, all 360 requests were served.",
  );
});

test("a replay that shows nothing does not say that anything held", () => {
  const result = replayResult();
  const nothing = { ...result.withAllLayers, attempts: [] };
  const page = textOf(renderPage({ ...result, withAllLayers: nothing }));
  assert.match(page, /with all layers on, no failing deployment was tried\./);
  assert.match(page, /Nothing was tried in this run\./);
  assert.doesNotMatch(page, /all 0 requests were served/);
});

test("requests that failed with all layers on are in the verdict", () => {
  const result = replayResult();
  const attempts = result.withAllLayers.attempts.map((attempt) => ({
    ...attempt,
    requestsFailed: 2,
    secondsWithoutService: 0.1,
  }));
  const page = renderPage({ ...result, withAllLayers: { ...result.withAllLayers, attempts } });
  assert.match(
    textOf(page),
    /with all layers on, it was without service for 0\.4 s and 8 of 360 requests failed\./,
  );
});

test("what did not go as it must is said before everything else", () => {
  const page = renderPage(replayResult(), ["all layers: <nothing> stopped it."]);
  assert.ok(page.indexOf("all layers: &lt;nothing&gt; stopped it.") < page.indexOf("<table"));
  assert.ok(page.includes("What did not go as it must"));
  assert.ok(!renderPage(replayResult()).includes("What did not go as it must"));
});

test("the sections come in the order in which they are asked for", () => {
  const ids = [...renderPage(replayResult()).matchAll(/<h2 id="(\w+)"/g)].map(([, id]) => id);
  assert.deepEqual(ids, ["chart", "outage", "guarded", "matrix", "gaps", "timeline", "again"]);
});

test("every deployment is shown with its outcome, its digests and its evidence", () => {
  const result = replayResult();
  const page = renderPage(result);
  assert.equal(count(page, /<pre class="evidence"/g), attemptsOf(result).length);
  assert.equal(count(page, /<g class="attempt /g), attemptsOf(result).length);
  const shown = [...section(page, "outage").matchAll(/<li>.*?<\/article>/gs)].map(([card]) =>
    textOf(card).trim(),
  );
  assert.equal(shown.length, result.outage.attempts.length);
  for (const [index, attempt] of result.outage.attempts.entries()) {
    const card = shown[index] ?? "";
    assert.ok(card.includes(attempt.evidence), card);
    assert.ok(card.includes(attempt.intendedDigest), card);
    for (const digest of attempt.runningDigests) assert.ok(card.includes(digest), card);
    assert.match(card, /✗ broken/);
  }
  assert.match(shown[0] ?? "", /the same/);
  assert.match(shown[2] ?? "", /not what the tag names/);
});

test("what our system stopped says by what and how soon, and the right image goes out", () => {
  const text = textOf(section(renderPage(replayResult()), "guarded"));
  assert.equal(count(text, /■ stopped by image-revision, image-tag-matches in 0\.8 s/g), 3);
  assert.equal(count(text, /✓ deployed/g), 1);
});

test("the matrix has a cell for each layer and each failure", () => {
  const rows = [...section(renderPage(replayResult()), "matrix").matchAll(/<tr.*?<\/tr>/gs)]
    .slice(1)
    .map(([row]) => ({
      layer: textOf(/<th.*?<\/th>/s.exec(row)?.[0] ?? "").trim(),
      cells: count(row, /<td/g),
      outcomes: [...row.matchAll(/class="badge (\w+)"/g)].map(([, outcome]) => outcome),
    }));
  assert.deepEqual(
    rows.map(({ layer, cells }) => [layer.toLowerCase(), cells]),
    Object.values(LAYERS).map((name) => [name.toLowerCase(), Object.keys(FAILURES).length]),
  );
  assert.deepEqual(
    rows.map(({ outcomes }) => outcomes.join(" ")),
    [
      "stopped stopped stopped",
      "stopped stopped stopped",
      "stopped stopped stopped",
      "stopped stopped broken",
      "stopped stopped stopped",
      "stopped stopped stopped",
      "called called called",
    ],
  );
});

test("a cell that nobody tried says so", () => {
  const result = replayResult();
  const page = renderPage({ ...result, ablation: result.ablation.slice(0, 1), gaps: [] });
  const untried = (Object.keys(LAYERS).length - 1) * Object.keys(FAILURES).length;
  assert.equal(count(section(page, "matrix"), /not tried/g), untried);
});

test("an empty cell is explained, or named as one that is not", () => {
  const result = replayResult();
  const [gap] = result.gaps;
  const explained = textOf(section(renderPage(result), "gaps"));
  assert.ok(explained.includes(gap?.why ?? assert.fail()), explained);
  assert.doesNotMatch(explained, /not explained/);
  const failure: Failure = "cached-image";
  const open = textOf(section(renderPage({ ...result, gaps: [] }), "gaps"));
  assert.ok(open.includes(`Smoke test and migration Jobs: ${FAILURES[failure]}`), open);
  assert.match(open, /Not stopped, and not explained\./);
});

test("every line of the timeline is shown", () => {
  const result = replayResult();
  const rows = count(section(renderPage(result), "timeline"), /<tr>/g);
  assert.equal(rows, result.timeline.length + 1);
});

test("the page asks for nothing outside itself, and runs nothing", () => {
  const page = renderPage(replayResult());
  assert.doesNotMatch(page, /https?:|\/\/\w|url\(|@import|<script|<img|<link|<iframe|\ssrc=/);
  const links = [...page.matchAll(/\shref="([^"]*)"/g)].map(([, link = ""]) => link);
  assert.ok(links.length > 0);
  for (const link of links) assert.ok(page.includes(`id="${link.slice(1)}"`), link);
  assert.match(page, /content="default-src 'none'; style-src 'unsafe-inline'"/);
});

test("the page is well-formed", () => wellFormed(renderPage(replayResult())));

test("texts of tools and registries stay texts", async () => {
  const page = renderPage(hostileResult(HOSTILE), [HOSTILE]);
  assert.doesNotMatch(page, /<img|<\/script|onerror="/);
  assert.equal(count(page, /<\/style>/g), 1);
  const shown = textOf(section(page, "outage"));
  assert.ok(shown.includes(`</script></style><img src=x onerror="alert(1)">&'�[31m��`), shown);
  await wellFormed(page);
});
