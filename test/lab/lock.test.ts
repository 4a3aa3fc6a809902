import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { withLock } from "../../lab/lock.ts";
import { silent } from "../support/progress.ts";

test("two runs never hold the same lock at once, and one that fails lets go of it", async () => {
  const folder = mkdtempSync(join(tmpdir(), "bookwyrm-test-"));
  const file = join(folder, "lock");
  let holders = 0;
  let most = 0;
  const work = async (): Promise<void> => {
    holders += 1;
    most = Math.max(most, holders);
    await sleep(100);
    holders -= 1;
  };
  try {
    await assert.rejects(
      withLock(file, silent, () => Promise.reject(new Error("failed"))),
      /failed/,
    );
    await Promise.all([1, 2, 3].map(() => withLock(file, silent, work)));
    assert.equal(most, 1);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
