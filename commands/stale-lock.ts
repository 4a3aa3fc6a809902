import { readFileSync } from "node:fs";
import { hostname } from "node:os";
import { ConcurrentUpdateError, type Stack } from "@pulumi/pulumi/automation/index.js";

/** As the engine's own storage writes it (pulumi/pulumi 3.259, pkg/backend/diy/lock.go). */
const COUNT = /locked by (\d+) lock\(s\)/;
const LOCK =
  /(?<file>\S+): created by (?<user>\S*)@(?<host>\S+) \(pid (?<pid>\d+)\)(?: at (?<time>\S+))?/g;

/**
 * Runs the engine, and once more where nothing but the lock of a process that was killed stood in the way.
 * A lock whose process lives, or that another machine holds, is nobody's to break.
 */
export async function pastStaleLock<Result>(
  stack: Pick<Stack, "cancel">,
  run: () => Promise<Result>,
): Promise<Result> {
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof ConcurrentUpdateError) || !isStale(error.message)) throw error;
    process.stderr.write("The lock of a deployment that was killed is taken away.\n");
    await stack.cancel();
    return await run();
  }
}

/** Who works on the stack, in words that a person can go and ask. */
export function lockHolders(message: string): string {
  const holders = [...message.matchAll(LOCK)].map(
    ({ groups: { user = "", host = "", pid = "", time = "an unknown time" } = {} }) =>
      `${user} on ${host}, process ${pid}, since ${time}`,
  );
  return holders.length === 0 ? "" : ` (${[...new Set(holders)].join("; ")})`;
}

/**
 * Every lock that the message counts must be one that can be read: the engine takes away all of them at once.
 *
 * @param since Since when this machine, or this container, has had its process ids
 */
export function isStale(message: string, since = processIdsSince()): boolean {
  const [, count] = COUNT.exec(message) ?? [];
  // An error of the Automation API holds what the engine has said, and once more in its cause.
  const locks = new Map(
    [...message.matchAll(LOCK)].map(({ groups = {} }) => [groups["file"], groups]),
  );
  return (
    locks.size > 0 &&
    locks.size === Number(count) &&
    [...locks.values()].every(
      ({ host, pid, time = "" }) =>
        host === hostname() && !(Date.parse(time) < since) && !isAlive(Number(pid)),
    )
  );
}

const MS_PER_SECOND = 1000;
/** What Linux shows to programs, whatever it counts by (proc(5), time(7)). */
const TICKS_A_SECOND = 100;
const BOOT_SECONDS = 60;

/**
 * A container may have the name of its machine, and does not see the machine's processes: what was locked
 * before the container began may be alive outside of it. Milliseconds; -Infinity on the machine itself.
 */
function processIdsSince(): number {
  try {
    const [uptime] = readFileSync("/proc/uptime", "utf8").split(" ").map(Number);
    // The name, in brackets, may hold spaces; the start is the 20th field behind it.
    const [, fields = ""] = /\) (.*)/s.exec(readFileSync("/proc/1/stat", "utf8")) ?? [];
    const startSeconds = Number(fields.split(" ")[19]) / TICKS_A_SECOND;
    if (startSeconds < BOOT_SECONDS) return -Infinity;
    return Date.now() - ((uptime ?? NaN) - startSeconds) * MS_PER_SECOND;
  } catch {
    // Not Linux, and no container.
    return -Infinity;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
