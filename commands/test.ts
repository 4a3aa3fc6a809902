import { globSync } from "node:fs";
import { join } from "node:path";
import { run } from "node:test";
import { spec } from "node:test/reporters";
import { styleText } from "node:util";
import { ensureImages } from "../lab/images/lab-images.ts";
import { unavailable, up } from "../lab/lab.ts";
import { stderrProgress } from "../lab/progress.ts";
import { exitCodeOf } from "./exit-code.ts";
import { PROJECT } from "./pulumi.ts";

/** Scripts of package.json that look at the code without running it. */
const CHECKS = ["check:types", "check:lint", "check:format", "check:unused"];

/** Takes the cluster down, so it comes last. */
const LAST = "lab-lifecycle.test.ts";

/** A file that hangs fails, and leaves time for the others. */
const FILE_TIMEOUT_MS = 25 * 60_000;

interface Counts {
  readonly passed: number;
  readonly failed: number;
}

/**
 * Checks and tests everything, or only what needs neither a cluster nor an engine.
 * @returns the exit code; the last line says `N passed, N failed`
 */
export async function test({ onlyUnit }: { readonly onlyUnit: boolean }): Promise<number> {
  const parts = onlyUnit
    ? [await unitTests()]
    : [await checks(), await unitTests(), await clusterTests()];
  const passed = parts.reduce((sum, part) => sum + part.passed, 0);
  const failed = parts.reduce((sum, part) => sum + part.failed, 0);
  process.stdout.write(`\n${passed.toString()} passed, ${failed.toString()} failed\n`);
  return failed === 0 ? 0 : 1;
}

async function checks(): Promise<Counts> {
  let failed = 0;
  for (const check of CHECKS) {
    const exitCode = await stderrProgress.step(`npm run ${check}`, () => npmRun(check));
    if (exitCode !== 0) failed += 1;
    report(exitCode === 0, check);
  }
  return { passed: CHECKS.length - failed, failed };
}

const npmRun = (script: string): Promise<number> =>
  exitCodeOf(["npm", "run", "--silent", script], {
    cwd: PROJECT,
    stdio: ["ignore", process.stderr, process.stderr],
  });

const unitTests = (): Promise<Counts> =>
  runTests(
    globSync("test/**/*.test.ts", { cwd: PROJECT, exclude: ["test/cluster/**"] }),
    // Each file is a process of its own, so that one's mocks cannot reach another.
    { concurrency: true },
  );

async function clusterTests(): Promise<Counts> {
  const reason = unavailable();
  if (reason !== undefined) {
    const isCi = process.env["CI"] === "true";
    process.stdout.write(`\nCluster tests ${isCi ? "cannot run" : "skipped"}: ${reason}.\n`);
    return { passed: 0, failed: isCi ? 1 : 0 };
  }
  const lab = await up(stderrProgress);
  await ensureImages(lab.registry, stderrProgress);
  const files = globSync("test/cluster/*.test.ts", { cwd: PROJECT }).sort();
  const isLast = (file: string): boolean => file.endsWith(LAST);
  const ordered = [...files.filter((file) => !isLast(file)), ...files.filter(isLast)];
  return runTests(ordered, { concurrency: false });
}

async function runTests(
  files: readonly string[],
  { concurrency }: { readonly concurrency: boolean },
): Promise<Counts> {
  const stream = run({
    files: files.map((file) => join(PROJECT, file)),
    concurrency,
    timeout: FILE_TIMEOUT_MS,
  });
  let counts: Counts = { passed: 0, failed: 1 };
  stream.on("test:summary", (summary) => {
    // One for every file, and then one for all of them, which names none.
    if (summary.file !== undefined) return;
    const { passed, tests, skipped, todo } = summary.counts;
    counts = { passed, failed: tests - passed - skipped - todo };
  });
  for await (const text of stream.compose(spec)) process.stdout.write(String(text));
  return counts;
}

function report(isPassed: boolean, what: string): void {
  const mark = isPassed ? styleText("green", "✔") : styleText("red", "✖");
  process.stdout.write(`${mark} ${what}\n`);
}
