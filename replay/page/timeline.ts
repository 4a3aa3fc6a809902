import type { ReplayResult } from "../result.ts";
import { type Html, html } from "./html.ts";
import { seconds } from "./words.ts";

export const timelineSection = ({ timeline }: ReplayResult): Html =>
  html`<section aria-labelledby="timeline">
    <h2 id="timeline">Timeline</h2>
    ${
      timeline.length === 0
        ? html`<p>Nothing was written down.</p>`
        : html`<table class="timeline">
            <thead>
              <tr>
                <th scope="col">At</th>
                <th scope="col">What happened</th>
              </tr>
            </thead>
            <tbody>
              ${timeline.map(
                ({ at, text }) =>
                  html`<tr>
                    <td>${seconds(at)}</td>
                    <td>${text}</td>
                  </tr>`,
              )}
            </tbody>
          </table>`
    }
  </section>`;
