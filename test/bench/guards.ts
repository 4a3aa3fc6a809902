import assert from "node:assert/strict";
import { runChecks } from "../../checks/check.ts";
import { GUARD_IDS, guards } from "../../checks/pre/guards.ts";
import { guarded } from "../support/guarded.ts";
import { median } from "../support/median.ts";
import { run } from "../support/run.ts";

// What all guards together add to a deployment: the median of 5 processes, each of which loads what it
// needs anew. Doubles answer at once; the real services add their own answers' time, all of them together.
// The image was verified on the stack before, so staging is not asked.

const RUNS = 5;
const LIMIT_MS = 1_500;
const TIMEOUT_MS = 30_000;

async function measure(): Promise<void> {
  const cleanUp: (() => unknown)[] = [];
  try {
    const stack = await guarded({ after: (run) => cleanUp.push(run) });
    const began = performance.now();
    const results = await runChecks(await guards(stack.settings, stack.context), {
      timeoutMs: TIMEOUT_MS,
    });
    const milliseconds = performance.now() - began;
    assert.deepEqual(
      results.filter(({ verdict }) => verdict !== "pass"),
      [],
    );
    process.stdout.write(milliseconds.toString());
  } finally {
    for (const run of cleanUp.toReversed()) await run();
  }
}

async function compare(): Promise<void> {
  const times: number[] = [];
  for (let round = 0; round < RUNS; round += 1) {
    const { exitCode, output } = await run([process.execPath, import.meta.filename, "measure"]);
    assert.equal(exitCode, 0, output);
    times.push(Number(output));
  }
  const milliseconds = median(times);
  const guardsMilliseconds = Math.round(milliseconds);
  process.stdout.write(
    process.argv.includes("--json")
      ? `${JSON.stringify({ guards: GUARD_IDS.length, guardsMilliseconds, limitMilliseconds: LIMIT_MS })}\n`
      : `all ${GUARD_IDS.length.toString()} guards ${guardsMilliseconds.toString()} ms, limit ${LIMIT_MS.toString()} ms\n`,
  );
  process.exitCode = milliseconds <= LIMIT_MS ? 0 : 1;
}

await (process.argv[2] === "measure" ? measure() : compare());
