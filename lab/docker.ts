import {
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execute } from "./execute.ts";
import type { Registry } from "./images/registry-client.ts";
import { CACHE, DOCKER_PROGRAMS, DOCKER_SOCKET } from "./layout.ts";
import { withLock } from "./lock.ts";
import { docker as daemon } from "./parts/docker.ts";
import { isRunning, start } from "./process.ts";
import type { Progress } from "./progress.ts";

/** Starts the daemon that images are built with, where it does not run. The lab ends it with the others. */
export async function ensureDocker(progress: Progress): Promise<void> {
  await withLock(join(CACHE, "docker.lock"), progress, async () => {
    if (!existsSync(DOCKER_PROGRAMS)) await progress.step("unpack Debian's Docker", unpack);
    if (!isRunning("docker")) await progress.step("start Docker", () => start(daemon()));
  });
}

/**
 * Unpacks and does not install: an installed Docker starts a daemon of its own, with a bridge and firewall
 * rules, and puts another vendor's off the machine. The libraries that it needs came with buildah.
 */
async function unpack(): Promise<void> {
  const unfinished = `${DOCKER_PROGRAMS}.unfinished`;
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(unfinished, { recursive: true });
  await execute(["apt-get", "update", "-qq"]);
  await execute(["apt-get", "download", "-qq", "docker.io", "containerd"], { cwd: unfinished });
  for (const archive of globSync(join(unfinished, "*.deb"))) {
    await execute(["dpkg-deb", "--extract", archive, unfinished]);
    rmSync(archive);
  }
  renameSync(unfinished, DOCKER_PROGRAMS);
}

/** Runs `docker` on the lab's daemon and returns what it prints. */
export const docker = async (
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<string> => {
  const lab = { DOCKER_BUILDKIT: "1", DOCKER_HOST: `unix://${DOCKER_SOCKET}` };
  const program = join(DOCKER_PROGRAMS, "usr/bin/docker");
  return (await execute([program, ...args], { env: { ...lab, ...env } })).trim();
};

/** BuildKit speaks no TLS to a registry on loopback, so that the daemon must have the base image before. */
export async function pullImage({ host, push }: Registry, reference: string): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "bookwyrm-lab-docker-"));
  try {
    const account = `${push.username}:${readFileSync(push.passwordFile, "utf8")}`;
    const auths = { [host]: { auth: Buffer.from(account).toString("base64") } };
    writeFileSync(join(folder, "config.json"), JSON.stringify({ auths }), { mode: 0o600 });
    await docker(["pull", "--quiet", reference], { DOCKER_CONFIG: folder });
  } finally {
    rmSync(folder, { recursive: true });
  }
}
