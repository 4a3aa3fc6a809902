import type { Attempt, ReplayResult } from "../result.ts";
import { type Html, html } from "./html.ts";
import { isRight, share, seconds } from "./words.ts";

interface Totals {
  readonly sent: number;
  readonly failed: number;
  readonly withoutService: number;
  readonly tried: number;
  readonly stopped: number;
  readonly called: number;
}

/** Right deployments count for what visitors saw, and not among those that had to be stopped. */
function totalsOf(attempts: readonly Attempt[]): Totals {
  const sum = (value: (attempt: Attempt) => number): number =>
    attempts.reduce((total, attempt) => total + value(attempt), 0);
  return {
    sent: sum(({ requestsSent }) => requestsSent),
    failed: sum(({ requestsFailed }) => requestsFailed),
    withoutService: sum(({ secondsWithoutService }) => secondsWithoutService),
    tried: attempts.filter((attempt) => !isRight(attempt)).length,
    stopped: attempts.filter(({ outcome }) => outcome === "stopped").length,
    called: attempts.filter(({ outcome }) => outcome === "called").length,
  };
}

/** The verdict in one sentence, its figures, and what did not go as it must. */
export function summary(result: ReplayResult, problems: readonly string[]): Html {
  const outage = totalsOf(result.outage.attempts);
  const guarded = totalsOf(result.withAllLayers.attempts);
  const alone = totalsOf(result.ablation.flatMap(({ attempts }) => attempts));
  return html`<p class="verdict">${theOutage(outage)}; ${theSystem(guarded)}.</p>
    ${
      problems.length === 0
        ? undefined
        : html`<div class="problems">
            <h2><span aria-hidden="true">✗</span> What did not go as it must</h2>
            <ul>
              ${problems.map((problem) => html`<li>${problem}</li>`)}
            </ul>
          </div>`
    }
    <table class="figures">
      <caption>
        What visitors saw
      </caption>
      <thead>
        <tr>
          <td></td>
          <th scope="col">As on that Sunday</th>
          <th scope="col">With all layers</th>
        </tr>
      </thead>
      <tbody>
        ${row("Without service", [outage, guarded], (totals) => seconds(totals.withoutService))}
        ${row("Requests failed", [outage, guarded], (totals) => share(totals.failed, totals.sent))}
        ${row("Wrong deployments stopped or called", [outage, guarded], (totals) =>
          share(totals.stopped + totals.called, totals.tried),
        )}
      </tbody>
    </table>
    <p>
      Of ${alone.tried} wrong deployments with one layer alone, ${alone.stopped} were stopped before
      they reached a visitor, and ${alone.called} went out and were called.
    </p>`;
}

function theOutage({ tried, withoutService, failed, sent }: Totals): string {
  if (tried === 0) return "How it went on that Sunday was not replayed";
  const without = seconds(withoutService);
  return `Deployed as on that Sunday, the site was without service for ${without} and ${share(failed, sent)} requests failed`;
}

function theSystem({ tried, withoutService, failed, sent }: Totals): string {
  if (tried === 0) return "with all layers on, no failing deployment was tried";
  if (sent === 0) return "with all layers on, no request was sent, so nothing is known";
  if (failed === 0) return `with all layers on, all ${sent.toString()} requests were served`;
  return `with all layers on, it was without service for ${seconds(withoutService)} and ${share(failed, sent)} requests failed`;
}

const row = (name: string, columns: readonly Totals[], value: (totals: Totals) => string): Html =>
  html`<tr>
    <th scope="row">${name}</th>
    ${columns.map((totals) => html`<td>${value(totals)}</td>`)}
  </tr>`;
