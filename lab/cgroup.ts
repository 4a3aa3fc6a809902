import { existsSync, globSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { CGROUP } from "./layout.ts";
import { signal } from "./process.ts";

const MOUNT = "/sys/fs/cgroup";
const KILL_SECONDS = 10;

/** One folder with cgroup v2, one for each controller with v1. */
const hierarchies = (): string[] =>
  existsSync(join(MOUNT, "cgroup.controllers"))
    ? [MOUNT]
    : globSync(join(MOUNT, "*")).filter((folder) => existsSync(join(folder, "cgroup.procs")));

/** Makes the cgroup that the kubelet puts all pods under. */
export function makeCgroup(): void {
  for (const hierarchy of hierarchies()) {
    const folder = join(hierarchy, CGROUP);
    mkdirSync(folder, { recursive: true });
    // With v1 a new cpuset holds no CPU, and takes no process, until it is told which.
    for (const name of ["cpuset.cpus", "cpuset.mems"]) {
      const file = join(folder, name);
      if (existsSync(file) && hierarchy !== MOUNT) {
        writeFileSync(file, readFileSync(join(hierarchy, name)));
      }
    }
  }
}

/** Kills whatever still runs in the pods, and removes their cgroups. */
export async function removeCgroups(): Promise<void> {
  const folders = hierarchies()
    .map((hierarchy) => join(hierarchy, CGROUP))
    .filter((folder) => existsSync(folder))
    .flatMap((folder) => [folder, ...globSync(join(folder, "**/*/"))])
    // The innermost first: a cgroup with children cannot be removed.
    .sort((a, b) => b.length - a.length);
  const deadline = Date.now() + KILL_SECONDS * 1000;
  for (let pids = pidsIn(folders); pids.length > 0; pids = pidsIn(folders)) {
    for (const pid of pids) signal(pid, "SIGKILL");
    if (Date.now() > deadline) throw new Error(`Processes that do not end: ${pids.join(", ")}`);
    await sleep(100);
  }
  for (const folder of folders) if (existsSync(folder)) rmdirSync(folder);
}

const pidsIn = (folders: readonly string[]): number[] => [
  ...new Set(
    folders
      .map((folder) => join(folder, "cgroup.procs"))
      .filter((file) => existsSync(file))
      .flatMap((file) => readFileSync(file, "utf8").split("\n"))
      .filter((line) => line !== "")
      .map(Number),
  ),
];
