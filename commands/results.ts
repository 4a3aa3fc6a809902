import { type JudgedResult, standsInTheWay } from "../checks/break-glass.ts";
import { checkTable, conclusion, toJson } from "../checks/table.ts";

/** Where a log has no width of its own. */
const LOG_WIDTH = 120;

export interface ShowOptions {
  readonly json: boolean;
  /** @default stdout */
  readonly stream?: NodeJS.WriteStream;
}

export function showResults(
  results: readonly JudgedResult[],
  { json, stream = process.stdout }: ShowOptions,
): void {
  if (json) {
    stream.write(`${toJson(results)}\n`);
    return;
  }
  const width = stream.isTTY ? stream.columns : LOG_WIDTH;
  stream.write(`${checkTable(results, { width, stream })}\n${conclusion(results)}\n`);
}

/** 0 where nothing stands in the way, 1 where something failed, 2 where it could not be told or all was skipped. */
export function verdictExitCode(results: readonly JudgedResult[]): number {
  if (results.length === 0) return 1;
  const inTheWay = results.filter(standsInTheWay);
  if (inTheWay.some(({ verdict }) => verdict === "fail")) return 1;
  const isLookedAt = results.some(({ verdict }) => verdict !== "skipped");
  return isLookedAt && inTheWay.length === 0 ? 0 : 2;
}
