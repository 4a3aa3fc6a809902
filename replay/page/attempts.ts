import { type Attempt, FAILURES, type ReplayResult } from "../result.ts";
import { type Html, html } from "./html.ts";
import {
  digest,
  duration,
  isRight,
  share,
  outcomeBadge,
  runsIntended,
  seconds,
  sentence,
} from "./words.ts";

/** The failures with nothing in the way. */
export const outageSection = ({ outage }: ReplayResult): Html =>
  html`<section aria-labelledby="outage">
    <h2 id="outage">As it went on that Sunday</h2>
    <p>
      The deployments as the team ran them, with nothing in their way. The box holds the words of
      the tool.
    </p>
    ${attemptList(outage.attempts)}
  </section>`;

/** Where each was stopped with all layers on, and that what is right goes out. */
export const guardedSection = ({ withAllLayers: { attempts } }: ReplayResult): Html =>
  html`<section aria-labelledby="guarded">
    <h2 id="guarded">The same with all layers on</h2>
    <p>The box holds the words of what stopped it.</p>
    ${attemptList(attempts)}
  </section>`;

const attemptList = (attempts: readonly Attempt[]): Html =>
  attempts.length === 0
    ? html`<p>Nothing was tried in this run.</p>`
    : html`<ol class="attempts">
        ${attempts.map((attempt) => html`<li>${attemptCard(attempt)}</li>`)}
      </ol>`;

const attemptCard = (attempt: Attempt): Html =>
  html`<article>
    <h3>${title(attempt)}</h3>
    <p>${outcomeBadge(attempt.outcome)} ${stopping(attempt)}</p>
    ${evidence(attempt)} ${measurements(attempt)}
  </article>`;

/** A right deployment is recorded under the failure that it comes after. */
const title = (attempt: Attempt): string =>
  isRight(attempt)
    ? `At last the right image, after: ${FAILURES[attempt.failure]}`
    : sentence(FAILURES[attempt.failure]);

/** By what, and how soon. */
export function stopping({ stoppedBy, secondsToStop, secondsAfterRollout }: Attempt): Html {
  const by = stoppedBy === undefined ? undefined : html`by <b>${stoppedBy}</b>`;
  const soon = secondsToStop === undefined ? undefined : html`in <b>${duration(secondsToStop)}</b>`;
  const rollout =
    secondsAfterRollout === undefined
      ? undefined
      : html`, ${duration(secondsAfterRollout)} after its rollout`;
  return html`${by} ${soon}${rollout}`;
}

export const evidence = ({ evidence }: Attempt): Html =>
  html`<pre class="evidence">${evidence}</pre>`;

export const measurements = (attempt: Attempt): Html =>
  html`<dl class="measurements">
    <div>
      <dt>the tag names</dt>
      <dd>${digest(attempt.intendedDigest)}</dd>
    </div>
    <div>
      <dt>the pods run</dt>
      <dd>${running(attempt)}</dd>
    </div>
    <div>
      <dt>requests failed</dt>
      <dd>${share(attempt.requestsFailed, attempt.requestsSent)}</dd>
    </div>
    <div>
      <dt>without service</dt>
      <dd>${seconds(attempt.secondsWithoutService)}</dd>
    </div>
    <div>
      <dt>deployed</dt>
      <dd>from ${seconds(attempt.startedAt)} to ${seconds(attempt.endedAt)}</dd>
    </div>
  </dl>`;

function running(attempt: Attempt): Html {
  const { runningDigests, outcome } = attempt;
  if (runningDigests.length === 0) return html`nothing`;
  const digests = runningDigests.map((value) => html`<div>${digest(value)}</div>`);
  if (runsIntended(attempt)) return html`${digests} the same`;
  // Of a deployment that was stopped, other bytes are what is wanted.
  return outcome === "stopped" ? html`${digests}` : html`${digests} not what the tag names`;
}
