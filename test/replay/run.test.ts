import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { mustRun, run } from "../../replay/run.ts";

const folder = mkdtempSync(join(tmpdir(), "bookwyrm-test-"));
after(() => {
  rmSync(folder, { recursive: true });
});

const REASON = new Error("Interrupted");

const shell = (script: string) => ["sh", "-c", script] as const;

/** A file in the test's folder that a script writes, read once it is there. */
async function written(name: string): Promise<string> {
  const file = join(folder, name);
  while (!existsSync(file) || !readFileSync(file, "utf8").endsWith("\n")) await sleep(10);
  return readFileSync(file, "utf8").trim();
}

const isThere = (pid: number): boolean => existsSync(`/proc/${pid.toString()}`);

test("a command's input, folder, output and exit code are those of whoever asks", async () => {
  const ran = await run(shell('cat; pwd; echo "$NO_COLOR" >&2; exit 3'), {
    cwd: folder,
    input: "input\n",
  });
  assert.equal(ran.exitCode, 3);
  assert.deepEqual(ran.output.trim().split("\n").sort(), ["1", folder, "input"].sort());
});

test("a command that a signal ends has failed, and one that is not there is an error", async () => {
  assert.equal((await run(shell("kill -KILL $$"))).exitCode, 1);
  await assert.rejects(run(["no-such-program"]), { code: "ENOENT" });
});

test("a command that must succeed says what it printed where it does not", async () => {
  assert.equal(await mustRun(shell("echo fine")), "fine\n");
  await assert.rejects(mustRun(shell("echo broken; exit 2")), {
    message: "sh -c echo broken; exit 2 exited with 2:\nbroken\n",
  });
});

test("nothing is started once the replay was interrupted", async () => {
  await assert.rejects(
    run(shell("echo >started"), { cwd: folder, signal: AbortSignal.abort(REASON) }),
    REASON,
  );
  assert.equal(existsSync(join(folder, "started")), false);
});

test("an interrupted command and its children end as with Ctrl-C, in good order, and the run fails", async () => {
  const interrupted = new AbortController();
  const child = `trap 'sleep 0.2; echo child >>ended; exit' INT; echo >ready; while :; do sleep 0.05; done`;
  const ran = run(shell(`trap 'echo parent >>ended; exit 0' INT; sh -c "${child}"`), {
    cwd: folder,
    signal: interrupted.signal,
  });
  await written("ready");
  interrupted.abort(REASON);
  await assert.rejects(ran, REASON);
  assert.equal(readFileSync(join(folder, "ended"), "utf8"), "child\nparent\n");
});

// The run ends when nobody holds the command's output any more: neither it nor its child.
test("a command that goes on when it is interrupted is killed after ten seconds, with its children", async (context) => {
  const interrupted = new AbortController();
  const ran = run(shell(`trap "" INT; sleep 60 & echo $$ $! >pids; wait`), {
    cwd: folder,
    signal: interrupted.signal,
  });
  const pids = (await written("pids")).split(" ").map(Number);
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const began = performance.now();
  interrupted.abort(REASON);
  context.mock.timers.tick(9_999);
  await run(["sleep", "0.1"]);
  assert.deepEqual(pids.map(isThere), [true, true]);
  context.mock.timers.tick(1);
  await assert.rejects(ran, REASON);
  assert.ok(performance.now() - began < 10_000);
});
