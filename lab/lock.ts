import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import type { Progress } from "./progress.ts";

const WAITS_AFTER_MS = 1_000;

/**
 * Runs `work` while no other process holds the lock on this file. The kernel keeps the lock (flock of
 * util-linux), so one that was killed leaves none behind.
 */
export async function withLock<Result>(
  file: string,
  progress: Progress,
  work: () => Promise<Result>,
): Promise<Result> {
  mkdirSync(dirname(file), { recursive: true });
  // Holds the lock until its input closes, which it also does when this process dies.
  const holder = spawn("flock", ["--exclusive", file, "sh", "-c", "echo locked; cat"], {
    stdio: ["pipe", "pipe", "inherit"],
    detached: true,
  });
  const waiting = setTimeout(() => {
    progress.note(`Waiting for another run that holds ${file}`);
  }, WAITS_AFTER_MS);
  try {
    await once(holder.stdout, "data");
    clearTimeout(waiting);
    return await work();
  } finally {
    clearTimeout(waiting);
    holder.stdin.end();
  }
}
