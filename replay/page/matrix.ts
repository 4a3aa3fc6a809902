import {
  type Attempt,
  type Failure,
  FAILURES,
  type Layer,
  LAYERS,
  type ReplayResult,
  type Run,
} from "../result.ts";
import { evidence, measurements, stopping } from "./attempts.ts";
import { type Html, html } from "./html.ts";
import { isRight, isStoppedOrCalled, outcomeBadge, outcomeKey, sentence, share } from "./words.ts";

type Gaps = ReplayResult["gaps"];

const ALL_FAILURES = Object.keys(FAILURES) as Failure[];
const ALL_LAYERS = Object.keys(LAYERS) as Layer[];

/**
 * Each layer alone against each failure. The roles say what the elements say already: on a phone the rows are
 * shown as cards, and browsers forget that a table without the display of one is a table.
 */
export const matrixSection = ({ ablation, gaps }: ReplayResult): Html =>
  html`<section aria-labelledby="matrix">
    <h2 id="matrix">Each layer alone</h2>
    <p>Everything else is off, so that each layer has to do without the others.</p>
    ${outcomeKey()}
    <table class="matrix" role="table">
      <thead role="rowgroup">
        <tr role="row">
          <th scope="col" role="columnheader">Layer</th>
          ${ALL_FAILURES.map(
            (failure) =>
              html`<th scope="col" role="columnheader">${sentence(FAILURES[failure])}</th>`,
          )}
        </tr>
      </thead>
      <tbody role="rowgroup">
        ${[...ablation, ...untried(ablation)].map((run) => row(run, gaps))}
      </tbody>
    </table>
  </section>`;

/** A layer that was left out of the replay is said to be, not left out of the page. */
const untried = (runs: readonly Run[]): Run[] =>
  ALL_LAYERS.filter((layer) => !runs.some(({ layers }) => layers.includes(layer))).map((layer) => ({
    name: LAYERS[layer],
    layers: [layer],
    attempts: [],
  }));

const row = (run: Run, gaps: Gaps): Html =>
  html`<tr role="row">
    <th scope="row" role="rowheader">${sentence(run.name)}</th>
    ${ALL_FAILURES.map(
      (failure) =>
        html`<td role="cell">
          <p class="of" aria-hidden="true">${sentence(FAILURES[failure])}</p>
          ${cell(run, failure, gaps)}
        </td>`,
    )}
  </tr>`;

function cell(run: Run, failure: Failure, gaps: Gaps): Html {
  const attempts = run.attempts.filter((attempt) => attempt.failure === failure);
  const hasGap = gaps.some((gap) => gap.failure === failure && run.layers.includes(gap.layer));
  if (attempts.length === 0 && !hasGap) return html`<p class="untried">not tried</p>`;
  return html`${attempts.map(answer)}
  ${hasGap ? html`<p>not this layer’s to stop: <a href="#gaps">why</a></p>` : undefined}`;
}

const answer = (attempt: Attempt): Html =>
  html`<p>${outcomeBadge(attempt.outcome)} ${stopping(attempt)}</p>
    ${
      attempt.requestsFailed === 0
        ? undefined
        : html`<p>${share(attempt.requestsFailed, attempt.requestsSent)} requests failed</p>`
    }
    <details>
      <summary>Evidence</summary>
      ${evidence(attempt)} ${measurements(attempt)}
    </details>`;

/** Why a layer alone does not stop a failure; a cell that nobody explains is named as well. */
export function gapsSection({ ablation, gaps }: ReplayResult): Html {
  const open = ablation.flatMap((run) =>
    run.attempts
      .filter((attempt) => !isStoppedOrCalled(attempt) && !isRight(attempt))
      .filter(
        ({ failure }) =>
          !gaps.some((gap) => gap.failure === failure && run.layers.includes(gap.layer)),
      )
      .map(({ failure }) => `${sentence(run.name)}: ${FAILURES[failure]}`),
  );
  return html`<section aria-labelledby="gaps">
    <h2 id="gaps">What a layer alone does not stop</h2>
    ${
      gaps.length + open.length === 0
        ? html`<p>Each stopped or called every failure that it was tried with.</p>`
        : html`<dl class="gaps">
            ${gaps.map(
              ({ layer, failure, why }) =>
                html`<div>
                  <dt>${sentence(LAYERS[layer])}: ${FAILURES[failure]}</dt>
                  <dd>${why}</dd>
                </div>`,
            )}
            ${open.map(
              (name) =>
                html`<div>
                  <dt>${name}</dt>
                  <dd>Not stopped, and not explained.</dd>
                </div>`,
            )}
          </dl>`
    }
  </section>`;
}
