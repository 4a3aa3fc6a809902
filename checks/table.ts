import { styleText } from "node:util";
import Table from "cli-table3";
import type { Verdict } from "../model/verdict.ts";
import { type JudgedResult, standsInTheWay } from "./break-glass.ts";
import { printable, wrapped } from "./text.ts";

export interface TableOptions {
  /** Columns of the terminal, or of the log. */
  readonly width: number;
  /** Where the table will be written: it decides on colours, as NO_COLOR and FORCE_COLOR do. */
  readonly stream: NodeJS.WritableStream;
}

const COLOURS = {
  pass: "green",
  fail: "red",
  unknown: "yellow",
  skipped: "gray",
} as const satisfies Record<Verdict, string>;

/** Borders and padding of three columns. */
const FRAME = 10;
const TEXT_LEAST = 30;
const VERDICT_WIDTH = "verdict".length;

/** One row a check; what did not pass also shows its evidence and what to do. */
export function checkTable(results: readonly JudgedResult[], options: TableOptions): string {
  const idWidth = Math.max("check".length, ...results.map(({ id }) => id.length));
  const textWidth = Math.max(TEXT_LEAST, options.width - FRAME - idWidth - VERDICT_WIDTH);
  const table = new Table({
    head: ["verdict", "check", "what was found"],
    style: { head: [], border: [], compact: true },
  });
  for (const result of results) {
    const lines = linesOf(result).flatMap((line) => wrapped(line, textWidth));
    table.push([verdictOf(result, options), result.id, lines.join("\n")]);
  }
  return table.toString();
}

function verdictOf({ verdict, waiver }: JudgedResult, { stream }: TableOptions): string {
  const word = styleText(COLOURS[verdict], verdict, { stream });
  return waiver === undefined ? word : `${word}\nwaived`;
}

function linesOf({ verdict, summary, evidence = [], remedy, waiver }: JudgedResult): string[] {
  if (verdict === "pass") return [printable(summary)];
  return [
    summary,
    ...evidence.map((fact) => `- ${fact}`),
    ...(waiver === undefined
      ? []
      : [`Waived until ${waiver.expires}: ${waiver.reason} (${waiver.ticket})`]),
    ...(remedy === undefined ? [] : [`To do: ${remedy}`]),
  ].map(printable);
}

/** The table in one sentence, for its end and for an error. */
export function conclusion(results: readonly JudgedResult[]): string {
  if (results.length === 0) return "Nothing was checked, which is no pass.";
  if (results.every(({ verdict }) => verdict === "skipped")) {
    return `All of ${checks(results.length)} skipped, so that nothing is proved: docs/settings.md says how to set them.`;
  }
  const inTheWay = results.filter(standsInTheWay);
  if (inTheWay.length > 0) {
    const named = inTheWay.map(({ id, verdict }) => `${id} (${verdict})`).join(", ");
    return `${inTheWay.length.toString()} of ${checks(results.length)} in the way: ${named}.`;
  }
  const others = (["waived", "skipped"] as const).flatMap((kind) => {
    const ids = results.filter((result) =>
      kind === "waived" ? result.waiver !== undefined : result.verdict === kind,
    );
    return ids.length === 0 ? [] : [`${kind}: ${ids.map(({ id }) => id).join(", ")}`];
  });
  const passed = results.filter(({ verdict }) => verdict === "pass").length;
  return [`${passed.toString()} of ${checks(results.length)} passed`, ...others].join("; ") + ".";
}

const checks = (count: number): string => (count === 1 ? "1 check" : `${count.toString()} checks`);

/** For machines: the same keys for every result. */
export function toJson(results: readonly JudgedResult[]): string {
  const all = results.map((result) => ({
    id: result.id,
    verdict: result.verdict,
    blocks: standsInTheWay(result),
    summary: result.summary,
    evidence: result.evidence ?? [],
    remedy: result.remedy ?? null,
    waiver: result.waiver ?? null,
    milliseconds: result.milliseconds,
  }));
  return JSON.stringify(
    { blocks: results.length === 0 || all.some(({ blocks }) => blocks), results: all },
    undefined,
    2,
  );
}
