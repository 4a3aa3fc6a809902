import { join } from "node:path";
import { CACHE } from "./layout.ts";
import { withLock } from "./lock.ts";
import { installPackages } from "./packages.ts";
import { docker } from "./parts/docker.ts";
import { isRunning, start } from "./process.ts";
import type { Progress } from "./progress.ts";

/** Starts the daemon that images are built with, where it does not run. The lab ends it with the others. */
export async function ensureDocker(progress: Progress): Promise<void> {
  await withLock(join(CACHE, "docker.lock"), progress, async () => {
    await installPackages(progress, ["docker.io"]);
    if (!isRunning("docker")) await progress.step("start Docker", () => start(docker()));
  });
}
