import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { pathToFileURL } from "node:url";
import { renderPage } from "../../replay/page.ts";
import { Browser, browserUnavailable } from "../support/browser.ts";
import { BrowserPage, type Screen } from "../support/browser-page.ts";
import { contrast } from "../support/contrast.ts";
import { hostileResult, replayResult } from "../support/replay-result.ts";

const skip = browserUnavailable() ?? false;
const PHONE = { width: 360, height: 800 };
const DESK = { width: 1280, height: 900 };
const SCREENS: readonly Screen[] = [PHONE, DESK].flatMap((size) => [
  { ...size, scheme: "light" as const },
  { ...size, scheme: "dark" as const },
]);

/** What WCAG asks of text for its level AA. */
const LEAST_CONTRAST = 4.5;

let folder: string;
let browser: Browser;

before(
  async () => {
    if (skip !== false) return;
    folder = mkdtempSync(join(tmpdir(), "bookwyrm-page-"));
    browser = await Browser.start();
  },
  // Fetches the browser the first time.
  { timeout: 300_000 },
);
after(async () => {
  if (skip !== false) return;
  await browser.close();
  rmSync(folder, { recursive: true });
});

async function open(html: string, screen: Screen): Promise<BrowserPage> {
  const file = join(folder, "replay.html");
  writeFileSync(file, html);
  return BrowserPage.open(browser, file, screen);
}

const OPEN_ALL = `for (const details of document.querySelectorAll("details")) details.open = true`;

/** The elements whose text is wider than the screen, by their first words. */
const TOO_WIDE = `[...document.querySelectorAll("main *")]
  .filter((element) => element.getBoundingClientRect().right > document.documentElement.clientWidth + 0.5)
  .map((element) => element.tagName + " " + element.textContent.trim().slice(0, 40))`;

const WIDTHS = `({
  scrolled: document.documentElement.scrollWidth,
  seen: document.documentElement.clientWidth,
})`;

/** Colour and background of every text that is seen. */
const TEXTS = `(() => {
  const backgroundOf = (element) => {
    for (let at = element; at !== null; at = at.parentElement) {
      const { backgroundColor } = getComputedStyle(at);
      if (backgroundColor !== "rgba(0, 0, 0, 0)") return backgroundColor;
    }
    return "rgb(255, 255, 255)";
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const texts = [];
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    const text = walker.currentNode.textContent.trim();
    if (text === "" || !element.checkVisibility() || element.matches("title, desc")) continue;
    const { color, fill } = getComputedStyle(element);
    const isDrawn = element instanceof SVGElement;
    texts.push({ text, color: isDrawn ? fill : color, background: backgroundOf(element) });
  }
  return texts;
})()`;

interface Text {
  readonly text: string;
  readonly color: string;
  readonly background: string;
}

for (const screen of SCREENS) {
  const name = `${screen.width.toString()} px, ${screen.scheme}`;

  test(`${name}: nothing is wider than the screen, open or folded`, { skip }, async () => {
    const page = await open(renderPage(replayResult()), screen);
    for (const change of ["", OPEN_ALL]) {
      await page.evaluate(change);
      assert.deepEqual(await page.evaluate(TOO_WIDE), []);
      const { scrolled, seen } = await page.evaluate<{ scrolled: number; seen: number }>(WIDTHS);
      assert.equal(seen, screen.width);
      assert.ok(scrolled <= seen, `${scrolled.toString()} px in ${seen.toString()} px`);
    }
  });

  test(`${name}: every text stands out from its background`, { skip }, async () => {
    const page = await open(renderPage(replayResult(), ["nothing stopped it."]), screen);
    await page.evaluate(OPEN_ALL);
    const texts = await page.evaluate<readonly Text[]>(TEXTS);
    assert.ok(texts.length > 300, `${texts.length.toString()} texts`);
    assert.deepEqual(
      texts.filter(({ color, background }) => contrast(color, background) < LEAST_CONTRAST),
      [],
    );
  });

  test(
    `${name}: it asks for nothing but itself, and complains about nothing`,
    { skip },
    async () => {
      const page = await open(renderPage(replayResult()), screen);
      assert.deepEqual(page.requests(), [pathToFileURL(join(folder, "replay.html")).href]);
      assert.deepEqual(page.complaints(), []);
    },
  );
}

test("light and dark are two pages", { skip }, async () => {
  const background = async (scheme: Screen["scheme"]): Promise<string> => {
    const page = await open(renderPage(replayResult()), { ...DESK, scheme });
    return page.evaluate("getComputedStyle(document.body).backgroundColor");
  };
  const [light, dark] = [await background("light"), await background("dark")];
  assert.ok(contrast(light, dark) > 10, `${light}, ${dark}`);
});

test("on a phone the matrix is cards, each cell under its failure", { skip }, async () => {
  const failureShown = `document.querySelector(".matrix .of").checkVisibility()`;
  const html = renderPage(replayResult());
  const phone = await open(html, { ...PHONE, scheme: "light" });
  assert.equal(await phone.evaluate(failureShown), true);
  const desk = await open(html, { ...DESK, scheme: "light" });
  assert.equal(await desk.evaluate(failureShown), false);
});

test("on paper the evidence is unfolded, and black on white", { skip }, async () => {
  const page = await open(renderPage(replayResult()), { ...DESK, scheme: "dark", media: "print" });
  const folded = `[...document.querySelectorAll(".evidence")]
    .filter((element) => !element.checkVisibility()).length`;
  assert.equal(await page.evaluate(folded), 0);
  const background = "getComputedStyle(document.body).backgroundColor";
  assert.equal(await page.evaluate(background), "rgb(255, 255, 255)");
});

test("texts of tools become neither elements nor scripts", { skip }, async () => {
  const hostile = `</script></pre><img src="http://127.0.0.1:9/x" onerror="console.log('ran')"><script>console.log("ran")</script>`;
  const page = await open(renderPage(hostileResult(hostile), [hostile]), {
    ...PHONE,
    scheme: "light",
  });
  const made = `document.querySelectorAll("img, script").length`;
  assert.equal(await page.evaluate(made), 0);
  assert.equal(page.requests().length, 1);
  assert.deepEqual(page.complaints(), []);
  assert.deepEqual(await page.evaluate(TOO_WIDE), []);
});
