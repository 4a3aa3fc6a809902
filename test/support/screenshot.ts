import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { Browser, browserUnavailable } from "./browser.ts";
import { BrowserPage } from "./browser-page.ts";

const USAGE = `node test/support/screenshot.ts <html> <png> [--width PIXELS] [--height PIXELS] [--dark] [--whole]

Makes a picture of an HTML document, for example of the page of a replay for the README:

  node test/support/screenshot.ts replay-report/replay.html docs/replay.png
`;

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    width: { type: "string", default: "1280" },
    height: { type: "string", default: "900" },
    dark: { type: "boolean", default: false },
    /** All of the page, however long it is. */
    whole: { type: "boolean", default: false },
  },
});
const [html, png] = positionals;
const reason = browserUnavailable();
if (html === undefined || png === undefined) {
  process.stderr.write(USAGE);
  process.exitCode = 2;
} else if (reason !== undefined) {
  process.stderr.write(`No browser can be installed here: ${reason}.\n`);
  process.exitCode = 1;
} else {
  const browser = await Browser.start();
  try {
    const page = await BrowserPage.open(browser, html, {
      width: Number(values.width),
      height: Number(values.height),
      scheme: values.dark ? "dark" : "light",
    });
    writeFileSync(png, await page.screenshot({ isWhole: values.whole }));
  } finally {
    await browser.close();
  }
}
