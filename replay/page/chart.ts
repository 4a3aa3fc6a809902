import { type Attempt, FAILURES, type ReplayResult, type ServedSecond } from "../result.ts";
import { type Html, html } from "./html.ts";
import { type MarkedRun, markedRuns } from "./runs.ts";
import { minutes, share, seconds } from "./words.ts";

/** Heights in pixels. Widths are shares of the page's, so that text is as large on a phone. */
const LANE = 18;
const HALF = 84;
const TIME_AXIS = 22;
/** Row of the numbers of attempts. */
const NUMBERS = 16;

/** A letter with some room takes this share of a phone's width. */
const LETTER_SHARE = 0.045;
/** A number fits into an attempt that takes this share. */
const NUMBER_SHARE = 0.03;

/** Served above the line, failed below it: neither is told by its colour alone. */
export function chartSection(result: ReplayResult): Html {
  const runs = markedRuns(result);
  return html`<section aria-labelledby="chart">
    <h2 id="chart">Requests over time</h2>
    <figure>
      ${chart(result, runs)}
      <figcaption>
        <span class="swatch served"></span> above the line: requests served in each second;
        <span class="swatch failed"></span> below it: requests that failed. Shaded: deployments,
        numbered within their run. Where there is nothing, no requests were sent.
      </figcaption>
    </figure>
    ${runTable(runs)}
  </section>`;
}

function chart(result: ReplayResult, runs: readonly MarkedRun[]): Html {
  const { served } = result;
  const attempts = runs.flatMap(({ run }) => run.attempts);
  const end = Math.max(
    result.seconds,
    ...served.map(({ second }) => second + 1),
    ...attempts.map(({ endedAt }) => endedAt),
    1,
  );
  const most = Math.max(...served.flatMap(({ served, failed }) => [served, failed]), 1);
  const letters = inLanes(runs, end);
  const top = LANE * Math.max(...letters.map(({ lane }) => lane + 1), 1) + NUMBERS;
  const middle = top + HALF;
  const height = middle + HALF + TIME_AXIS;
  const x = (second: number): string => `${((second / end) * 100).toFixed(2)}%`;
  const total = (value: (second: ServedSecond) => number): string =>
    served.reduce((sum, second) => sum + value(second), 0).toString();

  const attemptBand = (attempt: Attempt, number: number, mark: string): Html => {
    const { startedAt, endedAt, failure, outcome } = attempt;
    const label = `${mark}${number.toString()}: ${FAILURES[failure]}: ${outcome}`;
    const width = endedAt - startedAt;
    const hasRoom = width / end >= NUMBER_SHARE;
    return html`<g class="attempt ${outcome}">
      <title>${label}</title>
      <rect x="${x(startedAt)}" y="${top}" width="${x(width)}" height="${HALF * 2}" />
      <line x1="${x(startedAt)}" x2="${x(startedAt)}" y1="${top}" y2="${top + HALF * 2}" />
      ${
        hasRoom
          ? html`<text x="${x(startedAt + width / 2)}" y="${top - 5}">${number}</text>`
          : undefined
      }
    </g>`;
  };

  return html`<div class="chart">
    <svg class="scale" width="30" height="${height}" aria-hidden="true">
      <text x="24" y="${top + 9}">${most}</text>
      <text x="24" y="${middle + 4}">0</text>
      <text x="24" y="${middle + HALF}">${most}</text>
    </svg>
    <svg height="${height}" role="img" aria-labelledby="chart-title chart-text">
      <title id="chart-title">Requests served and failed in each second of the replay</title>
      <desc id="chart-text">
        ${total((second) => second.served)} requests were served and
        ${total((second) => second.failed)} failed in ${minutes(end)}. The table below has the
        figures of each run.
      </desc>
      ${runs.map(({ run, mark }) =>
        run.attempts.map((attempt, index) => attemptBand(attempt, index + 1, mark)),
      )}
      <svg
        class="area"
        x="0"
        y="${top}"
        width="100%"
        height="${HALF * 2}"
        viewBox="0 ${-most} ${end} ${most * 2}"
        preserveAspectRatio="none"
      >
        <path class="served" d="${area(served, ({ served }) => -served)}" />
        <path class="failed" d="${area(served, ({ failed }) => failed)}" />
      </svg>
      <line class="zero" x1="0" x2="100%" y1="${middle}" y2="${middle}" />
      ${letters.map(
        ({ mark, at, lane }) =>
          html`<text class="letter" x="${x(at)}" y="${LANE * (lane + 1) - 5}">${mark}</text>`,
      )}
      ${timeTicks(end).map(
        (second) =>
          html`<text class="tick" x="${x(second)}" y="${height - 5}">${clock(second)}</text>`,
      )}
    </svg>
  </div>`;
}

/** One closed step for each second in which requests were sent. */
const area = (served: readonly ServedSecond[], value: (second: ServedSecond) => number): string =>
  served
    .filter((second) => value(second) !== 0)
    .map((second) => `M${second.second.toString()} 0v${value(second).toString()}h1V0z`)
    .join("");

interface Letter {
  readonly mark: string;
  /** Where its run's first attempt begins. */
  readonly at: number;
  readonly lane: number;
}

/** Each letter in the lowest lane in which it does not touch the one before. */
function inLanes(runs: readonly MarkedRun[], end: number): Letter[] {
  const free: number[] = [];
  return runs
    .flatMap(({ mark, run }) => {
      const first = run.attempts[0];
      return first === undefined ? [] : [{ mark, at: first.startedAt }];
    })
    .sort((a, b) => a.at - b.at)
    .map(({ mark, at }) => {
      const found = free.findIndex((from) => from <= at);
      const lane = found === -1 ? free.length : found;
      free[lane] = at + end * LETTER_SHARE;
      return { mark, at, lane };
    });
}

const STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1200, 3600];
const MOST_TICKS = 6;

/** None so near to the end that its text would be cut off. */
function timeTicks(end: number): number[] {
  const step = STEPS.find((seconds) => end / seconds <= MOST_TICKS) ?? end / MOST_TICKS;
  return Array.from({ length: MOST_TICKS + 1 }, (_, index) => index * step).filter(
    (second) => second < end * 0.95,
  );
}

const clock = (second: number): string =>
  `${Math.floor(second / 60).toString()}:${Math.floor(second % 60)
    .toString()
    .padStart(2, "0")}`;

const runTable = (runs: readonly MarkedRun[]): Html =>
  html`<table class="runs">
    <caption>
      The runs of the chart
    </caption>
    <thead>
      <tr>
        <th scope="col">Run</th>
        <th scope="col">Requests failed</th>
        <th scope="col">Without service</th>
      </tr>
    </thead>
    <tbody>
      ${runs.map(runRow)}
    </tbody>
  </table>`;

function runRow({ mark, run: { name, attempts } }: MarkedRun): Html {
  const sum = (value: (attempt: Attempt) => number): number =>
    attempts.reduce((total, attempt) => total + value(attempt), 0);
  const failed = sum(({ requestsFailed }) => requestsFailed);
  const sent = sum(({ requestsSent }) => requestsSent);
  return html`<tr>
    <th scope="row"><span class="letter">${mark}</span> ${name}</th>
    <td>${share(failed, sent)}</td>
    <td>${seconds(sum(({ secondsWithoutService }) => secondsWithoutService))}</td>
  </tr>`;
}
