import { readFileSync } from "node:fs";
import { join } from "node:path";
import { guardedSection, outageSection } from "./page/attempts.ts";
import { chartSection } from "./page/chart.ts";
import { Html, html } from "./page/html.ts";
import { gapsSection, matrixSection } from "./page/matrix.ts";
import { summary } from "./page/summary.ts";
import { timelineSection } from "./page/timeline.ts";
import { minutes } from "./page/words.ts";
import type { ReplayResult } from "./result.ts";

/**
 * The result as one HTML document that needs nothing else: no network, no script. Its own policy forbids both,
 * because logs and registry answers are in it.
 * @param problems what did not go as it must, one sentence each
 */
export function renderPage(result: ReplayResult, problems: readonly string[] = []): string {
  const { markup } = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta
          http-equiv="Content-Security-Policy"
          content="default-src 'none'; style-src 'unsafe-inline'"
        />
        <title>The outage of that Sunday, replayed</title>
        ${style()}
      </head>
      <body>
        <main>
          <header>
            <h1>The outage of that Sunday, replayed</h1>
            <p class="when">BookWyrm on Kubernetes, ${when(result)}</p>
            ${summary(result, problems)}
          </header>
          ${chartSection(result)} ${outageSection(result)} ${guardedSection(result)}
          ${matrixSection(result)} ${gapsSection(result)} ${timelineSection(result)}
          ${againSection()}
        </main>
      </body>
    </html> `;
  return markup;
}

/** In the order in which one may overrule the other. */
const STYLES = ["base", "tables", "outcomes", "chart", "attempts", "matrix", "phone", "print"];

function style(): Html {
  const folder = join(import.meta.dirname, "page/styles");
  const sheets = STYLES.map((name) => readFileSync(join(folder, `${name}.css`), "utf8"));
  return new Html(`<style>\n${sheets.join("\n")}</style>`);
}

function when({ startedAt, seconds }: ReplayResult): Html {
  const date = new Date(startedAt);
  const shown = Number.isNaN(date.getTime())
    ? startedAt
    : `${date.toISOString().slice(0, 16).replace("T", " ")} UTC`;
  return html`<time datetime="${startedAt}">${shown}</time>, in ${minutes(seconds)}`;
}

const againSection = (): Html =>
  html`<section aria-labelledby="again">
    <h2 id="again">Run it again</h2>
    <p>On Debian as root, in a clone of the repository:</p>
    <pre class="command"><code>npm start
npx wyrm replay</code></pre>
    <p>The first command brings up the lab, a Kubernetes and a registry on this one machine.</p>
  </section>`;
