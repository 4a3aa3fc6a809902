import { join } from "node:path";
import { type Expected, expectedOf } from "../../checks/post/expected.ts";
import { ensureKwok, stopKwok } from "../../lab/kwok.ts";
import { interruption } from "../../commands/interruption.ts";
import { stderrProgress } from "../../lab/progress.ts";
import { lastLine, mustRun } from "../../replay/run.ts";
import { withKwokPods } from "../support/kwok-pods.ts";
import { median } from "../support/median.ts";
import { wholeStack } from "../support/program.ts";
import type { Figures, Task } from "./verify-once.ts";

// What the checks add to the LIST calls that they need, on 1,000 pods in the lab's API server: medians of
// 5 processes each, in turns. What the checks ask beside lists (commands in a pod, pages, the soak) takes
// the time that the cluster takes and is left out.

const RUNS = 5;
const PODS = 1_000;
const LIMITS = { timesList: 2, mebibytes: 300 };
const NAMESPACE = "bench-verify";

const podsIn = ({ workloads }: Expected): number =>
  workloads.reduce((sum, { replicas }) => sum + replicas, 0);

const withWeb = (replicas: number): Record<string, unknown> => ({ web: { replicas } });
const expectedWith = (settings: Record<string, unknown>): Expected =>
  expectedOf(wholeStack(settings), true);

const SETTINGS = withWeb(PODS + 1 - podsIn(expectedWith(withWeb(1))));
const EXPECTED = expectedWith(SETTINGS);

async function inProcess(what: Task["what"], signal: AbortSignal): Promise<Figures> {
  const task: Task = { what, namespace: NAMESPACE, pods: PODS, expected: EXPECTED };
  const script = join(import.meta.dirname, "verify-once.ts");
  const output = await mustRun([process.execPath, script, JSON.stringify(task)], { signal });
  return JSON.parse(lastLine(output)) as Figures;
}

async function measureInTurns(signal: AbortSignal): Promise<Record<Task["what"], Figures[]>> {
  const figures: Record<Task["what"], Figures[]> = { list: [], verify: [] };
  for (let round = 0; round < RUNS; round += 1) {
    for (const what of ["list", "verify"] as const) {
      figures[what].push(await inProcess(what, signal));
    }
  }
  return figures;
}

const medianTime = (figures: readonly Figures[]): number =>
  median(figures.map(({ milliseconds }) => milliseconds));

interface Result {
  readonly pods: number;
  readonly listMilliseconds: number;
  readonly verifyMilliseconds: number;
  readonly timesList: number;
  readonly verifyMebibytes: number;
}

function resultOf(figures: Record<Task["what"], readonly Figures[]>): Result {
  const [list, verify] = [medianTime(figures.list), medianTime(figures.verify)];
  return {
    pods: PODS,
    listMilliseconds: Math.round(list),
    verifyMilliseconds: Math.round(verify),
    timesList: Number((verify / list).toFixed(2)),
    verifyMebibytes: Math.round(Math.max(...figures.verify.map(({ mebibytes }) => mebibytes))),
  };
}

const describe = (result: Result): string =>
  `verify ${result.pods.toString()} pods ${result.verifyMilliseconds.toString()} ms, ` +
  `lists alone ${result.listMilliseconds.toString()} ms: ${result.timesList.toString()} x, ` +
  `limit ${LIMITS.timesList.toString()} x; ${result.verifyMebibytes.toString()} MiB, ` +
  `limit ${LIMITS.mebibytes.toString()} MiB`;

await ensureKwok(stderrProgress);
const signal = interruption();
try {
  const figures = await withKwokPods({ namespace: NAMESPACE, settings: SETTINGS, signal }, () =>
    stderrProgress.step(`verify ${PODS.toString()} pods`, () => measureInTurns(signal)),
  );
  const result = resultOf(figures);
  process.stdout.write(
    `${process.argv.includes("--json") ? JSON.stringify(result) : describe(result)}\n`,
  );
  const isMissed = result.timesList > LIMITS.timesList || result.verifyMebibytes > LIMITS.mebibytes;
  process.exitCode = isMissed ? 1 : 0;
} catch (error) {
  if (error !== signal.reason) throw error;
  process.exitCode = 1;
} finally {
  await stopKwok();
}
