import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import type { ReplayResult, Run } from "../../replay/result.ts";
import { inLab } from "../support/lab.ts";

const outcomes = ({ attempts }: Run): (readonly [string, string])[] =>
  attempts.map(({ failure, outcome }) => [failure, outcome]);

const each = (outcome: string): (readonly [string, string])[] => [
  ["image-without-code", outcome],
  ["cached-image", outcome],
];

test("the outage happens with nothing in its way; all layers, and each alone, stop or call it", async () => {
  const folder = mkdtempSync(join(tmpdir(), "bookwyrm-replay-test-"));
  try {
    const command = ["node", "commands/wyrm.ts", "replay", "--short", "--output", folder] as const;
    const { exitCode, output } = await inLab(command);
    assert.equal(exitCode, 0, output);
    const result = JSON.parse(readFileSync(join(folder, "replay.json"), "utf8")) as ReplayResult;
    assert.deepEqual(outcomes(result.outage), each("broken"));
    const [, cached] = result.outage.attempts;
    assert.ok((cached?.secondsWithoutService ?? 0) > 5);
    assert.ok(!cached?.runningDigests.includes(cached.intendedDigest));
    assert.deepEqual(outcomes(result.withAllLayers), each("stopped"));
    assert.deepEqual(
      result.withAllLayers.attempts.map(({ requestsFailed }) => requestsFailed),
      [0, 0],
    );
    assert.deepEqual(
      result.ablation.map((run) => [run.layers, outcomes(run)]),
      [
        [["jobs"], each("stopped")],
        [["verification"], each("called")],
      ],
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
});
