import { spawn } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  openSync,
  closeSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { logFile, ROOT } from "./layout.ts";

/** A program of the lab that runs in the background. */
export interface Part {
  readonly name: string;
  readonly command: readonly [string, ...string[]];
  readonly env?: Readonly<Record<string, string>>;
  /** Asked again and again until it says yes. */
  readonly isReady: () => Promise<boolean>;
}

/** Which process a record means: ids are used again, start times and boots are not. */
interface ProcessRecord {
  readonly pid: number;
  /** In clock ticks since boot (proc(5), field 22 of /proc/<pid>/stat). */
  readonly startTime: string;
  readonly bootId: string;
}

/** In the environment of every part and of what it starts, so that none is lost with its record. */
export const PART_OF_LAB = "BOOKWYRM_LAB";

const READY_SECONDS = 90;
const POLL_MS = 100;
const STOP_SECONDS = 10;
const LOG_LINES = 15;

const recordFile = (name: string): string => join(ROOT, "run", `${name}.json`);

/** Starts a part and waits until it is ready. @throws Error that quotes its log */
export async function start(part: Part): Promise<void> {
  if (await isReady(part)) {
    throw new Error(`${part.name} cannot be started: another program answers at its address`);
  }
  const [program, ...args] = part.command;
  const log = logFile(part.name);
  for (const file of [log, recordFile(part.name)]) mkdirSync(dirname(file), { recursive: true });
  const output = openSync(log, "a");
  const child = spawn(program, args, {
    detached: true,
    stdio: ["ignore", output, output],
    env: { ...process.env, ...part.env, [PART_OF_LAB]: ROOT },
    cwd: ROOT,
  });
  closeSync(output);
  const { pid } = child;
  if (pid === undefined) throw new Error(`${part.name} cannot be started: ${program} does not run`);
  child.unref();
  const record = { pid, startTime: startTimeOf(pid) ?? "", bootId: bootId() };
  writeFileSync(recordFile(part.name), JSON.stringify(record));

  const deadline = Date.now() + READY_SECONDS * 1000;
  while (!(await isReady(part))) {
    const hasExited = child.exitCode !== null || child.signalCode !== null;
    if (hasExited || Date.now() > deadline) {
      const what = hasExited ? "exited" : `was not ready after ${READY_SECONDS.toString()} s`;
      throw new Error(`${part.name} ${what}. The end of ${log}:\n${lastLines(log)}`);
    }
    await sleep(POLL_MS);
  }
}

const isReady = (part: Part): Promise<boolean> => part.isReady().catch(() => false);

export function isRunning(name: string): boolean {
  return runningPid(name) !== undefined;
}

/** Ends a part, if it still is the process that was started; nothing else is ever signalled. */
export async function stop(name: string): Promise<void> {
  const pid = runningPid(name);
  if (pid !== undefined) {
    signal(pid, "SIGTERM");
    const deadline = Date.now() + STOP_SECONDS * 1000;
    while (runningPid(name) !== undefined) {
      if (Date.now() > deadline) signal(pid, "SIGKILL");
      await sleep(POLL_MS);
    }
  }
  rmSync(recordFile(name), { force: true });
}

function runningPid(name: string): number | undefined {
  const file = recordFile(name);
  if (!existsSync(file)) return undefined;
  const record = JSON.parse(readFileSync(file, "utf8")) as ProcessRecord;
  if (record.bootId !== bootId()) return undefined;
  return startTimeOf(record.pid) === record.startTime ? record.pid : undefined;
}

/** Does nothing where the process ended by itself in the meantime. */
export function signal(pid: number, name: "SIGTERM" | "SIGKILL"): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

/** undefined where there is no such process, or only what is left of it until its parent looks. */
function startTimeOf(pid: number): string | undefined {
  const file = `/proc/${pid.toString()}/stat`;
  if (!existsSync(file)) return undefined;
  // The name in field 2 may hold spaces and parentheses; what follows its last one does not.
  const stat = readFileSync(file, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return fields[0] === "Z" ? undefined : fields[19];
}

const bootId = (): string => readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();

function lastLines(file: string): string {
  if (!existsSync(file)) return "(no log)";
  return readFileSync(file, "utf8").trimEnd().split("\n").slice(-LOG_LINES).join("\n");
}
