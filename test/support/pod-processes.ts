import { readdirSync, readFileSync } from "node:fs";

/**
 * Kills processes of a pod as the kernel does when memory runs out: none of them can do anything about it.
 * The lab's node is this machine, so they are among its processes; the cgroup says whose they are.
 *
 * @param name what stands in their command line
 * @throws Error where there is none
 */
export function killInPod(podUid: string, name: string): void {
  const pids = readdirSync("/proc")
    .filter((entry) => /^\d+$/.test(entry))
    .filter((pid) => read(pid, "cgroup").includes(`pod${podUid}`))
    .filter((pid) => read(pid, "cmdline").includes(name));
  if (pids.length === 0) throw new Error(`No process of pod ${podUid} is ${name}`);
  for (const pid of pids) process.kill(Number(pid), "SIGKILL");
}

/** Empty where the process has ended in the meantime. */
function read(pid: string, file: "cgroup" | "cmdline"): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "utf8");
  } catch {
    return "";
  }
}
