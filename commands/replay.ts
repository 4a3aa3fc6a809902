import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { unavailable, up } from "../lab/lab.ts";
import { stderrProgress } from "../lab/progress.ts";
import { renderPage } from "../replay/page.ts";
import { problemsOf } from "../replay/verdict.ts";
import { replay } from "../replay/replay.ts";
import { interruption } from "./interruption.ts";

export interface ReplayCommandOptions {
  /** The first and the third failure, and a few layers. */
  readonly short: boolean;
  readonly json: boolean;
  /** Folder for the result, as data and as a page. */
  readonly output: string;
}

/** Replays the outage on the lab. @returns the exit code: 0 where everything went as it must */
export async function replayCommand({
  short,
  json,
  output,
}: ReplayCommandOptions): Promise<number> {
  const reason = unavailable();
  if (reason !== undefined) {
    process.stderr.write(`The lab cannot run here: ${reason}.\n`);
    return 1;
  }
  const lab = await up(stderrProgress);
  const result = await replay({
    lab,
    progress: stderrProgress,
    isShort: short,
    signal: interruption(new Error("Interrupted: what the replay made is removed.")),
  });
  mkdirSync(output, { recursive: true });
  writeFileSync(join(output, "replay.json"), `${JSON.stringify(result, undefined, 2)}\n`);
  const problems = problemsOf(result);
  const page = join(output, "replay.html");
  writeFileSync(page, renderPage(result, problems));
  for (const problem of problems) process.stderr.write(`${problem}\n`);
  if (json) process.stdout.write(`${JSON.stringify(result)}\n`);
  process.stderr.write(`Page: ${page}, and replay.json beside it\n`);
  return problems.length === 0 ? 0 : 1;
}
