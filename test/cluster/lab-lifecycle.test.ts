import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { BRIDGE, CGROUP, ROOT } from "../../lab/layout.ts";
import { inLab, kubectl, output } from "../support/lab.ts";

// Takes the lab down, so `wyrm test` runs it after all others.

const wyrm = (...args: readonly string[]): Promise<string> =>
  output(["node", "commands/wyrm.ts", ...args]);

interface PartStatus {
  readonly part: string;
  readonly isRunning: boolean;
}

const status = async (): Promise<readonly PartStatus[]> =>
  JSON.parse(
    (await inLab(["node", "commands/wyrm.ts", "lab", "status", "--json"])).output,
  ) as PartStatus[];

const pidOf = (part: string): number =>
  (JSON.parse(readFileSync(join(ROOT, "run", `${part}.json`), "utf8")) as { pid: number }).pid;

const inNetwork = (...args: readonly string[]): string =>
  execFileSync(args[0] ?? "", args.slice(1), { encoding: "utf8" });

/** Everything on this machine that only the lab could have made. */
const traces = (): string[] => [
  ...readFileSync("/proc/self/mountinfo", "utf8")
    .split("\n")
    .filter((line) => line.includes(ROOT)),
  ...globSync("/proc/[0-9]*/cmdline").filter((file) => {
    try {
      return readFileSync(file, "utf8").includes(ROOT);
    } catch {
      return false;
    }
  }),
  ...inNetwork("ip", "-brief", "link")
    .split("\n")
    .filter((line) => line.startsWith(BRIDGE)),
  ...inNetwork("ip", "netns", "list")
    .split("\n")
    .filter((line) => line.startsWith("cni-")),
  ...inNetwork("nft", "list", "tables")
    .split("\n")
    .filter((line) => line.includes("kube-proxy")),
  ...globSync(`/sys/fs/cgroup/{,*/}${CGROUP}`),
  ...globSync("/var/log/containers/*.log"),
  ...(existsSync(ROOT) ? [ROOT] : []),
];

test("up does nothing where the lab runs", async () => {
  await wyrm("lab", "up");
  const earlier = pidOf("kubelet");
  await wyrm("lab", "up");
  assert.equal(pidOf("kubelet"), earlier);
  assert.ok((await status()).every(({ isRunning }) => isRunning));
});

test("the shell variables of `lab env` are all that pulumi and kubectl need", async () => {
  const exports = await wyrm("lab", "env");
  const shell = `${exports}\nkubectl get nodes --output=name && pulumi whoami --non-interactive`;
  const printed = execFileSync("sh", ["-c", shell], {
    encoding: "utf8",
    env: { PATH: "/usr/bin:/bin", HOME: process.env["HOME"] ?? "" },
  });
  assert.match(printed, /node\/bookwyrm-lab/);
});

test("down after a crash leaves nothing behind", async () => {
  assert.notDeepEqual(traces(), []);
  for (const part of ["containerd", "kubelet", "kube-apiserver"]) {
    process.kill(pidOf(part), "SIGKILL");
  }
  const crashed = await inLab(["node", "commands/wyrm.ts", "lab", "status"]);
  assert.equal(crashed.exitCode, 1);
  assert.match(crashed.output, /stopped kubelet/);
  await wyrm("lab", "down");
  assert.deepEqual(traces(), []);
});

test("down does nothing where there is no lab", async () => {
  await wyrm("lab", "down");
  assert.deepEqual(traces(), []);
});

test("up after a crash that lost all records starts afresh, and down removes it", async () => {
  await wyrm("lab", "up");
  execFileSync("rm", ["-r", join(ROOT, "run")]);
  await wyrm("lab", "up");
  assert.ok((await status()).every(({ isRunning }) => isRunning));
  assert.match(await kubectl("get", "nodes"), /bookwyrm-lab/);
  await wyrm("lab", "down");
  assert.deepEqual(traces(), []);
});
