import { existsSync, globSync, lstatSync, readFileSync, readlinkSync, rmSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { removeCgroups } from "./cgroup.ts";
import { execute } from "./execute.ts";
import { ROOT } from "./layout.ts";
import { removeNetwork } from "./network.ts";
import { PART_OF_LAB, signal } from "./process.ts";

/** Removes everything that a lab leaves on a machine, whether it ended well, was killed, or rebooted. */
export async function removeLeftovers(): Promise<void> {
  await endProcesses();
  await removeCgroups();
  await unmountAll();
  await removeNetwork();
  removeLogLinks();
  rmSync(ROOT, { recursive: true, force: true });
}

const END_SECONDS = 10;

/** Parts whose record was lost, and the shims that containerd leaves running on purpose. */
async function endProcesses(): Promise<void> {
  const deadline = Date.now() + END_SECONDS * 1000;
  for (let pids = labProcesses(); pids.length > 0; pids = labProcesses()) {
    for (const pid of pids) signal(pid, Date.now() > deadline ? "SIGKILL" : "SIGTERM");
    await sleep(200);
  }
}

function labProcesses(): number[] {
  return globSync("/proc/[0-9]*/environ").flatMap((file) => {
    try {
      const variables = readFileSync(file, "utf8").split("\0");
      return variables.includes(`${PART_OF_LAB}=${ROOT}`) ? [Number(file.split("/")[2])] : [];
    } catch {
      // It ended between the look and the read.
      return [];
    }
  });
}

async function unmountAll(): Promise<void> {
  const mounts = readFileSync("/proc/self/mountinfo", "utf8")
    .split("\n")
    .map((line) => line.split(" ")[4] ?? "")
    .filter((mount) => mount.startsWith(`${ROOT}/`))
    // What was mounted last goes first.
    .reverse();
  for (const mount of mounts) await execute(["umount", "--lazy", mount]);
}

/** The kubelet links the log of every container here, wherever the logs themselves are. */
function removeLogLinks(): void {
  for (const link of globSync("/var/log/containers/*.log")) {
    if (lstatSync(link).isSymbolicLink() && readlinkSync(link).startsWith(ROOT)) rmSync(link);
  }
}

export const hasLeftovers = (): boolean => existsSync(ROOT);
