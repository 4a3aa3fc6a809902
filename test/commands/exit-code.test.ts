import assert from "node:assert/strict";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { exitCodeOf } from "../../commands/exit-code.ts";

const CLEANS_UP = `
  process.on("SIGINT", () => setTimeout(() => process.exit(3), 100));
  require("node:fs").writeFileSync("started", "");
  setInterval(() => {}, 1_000);
`;

test("a command that is told to end is waited for while it cleans up", async (t) => {
  const cwd = mkdtempSync(join(tmpdir(), "bookwyrm-test-"));
  t.after(() => {
    rmSync(cwd, { recursive: true });
  });
  const interrupted = new AbortController();
  const ended = exitCodeOf([process.execPath, "--eval", CLEANS_UP], {
    cwd,
    stdio: "ignore",
    interrupt: interrupted.signal,
  });
  while (!existsSync(join(cwd, "started"))) await sleep(10);
  interrupted.abort();
  assert.equal(await ended, 3);
});
