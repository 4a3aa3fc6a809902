import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ensureDocker, pullImage } from "../docker.ts";
import { environment } from "../environment.ts";
import { execute } from "../execute.ts";
import { CACHE, NODE_PLATFORM } from "../layout.ts";
import { withLock } from "../lock.ts";
import type { Progress } from "../progress.ts";
import { ensureBookwyrmBase, SAMPLE_SOURCE } from "./images.ts";
import { digestOf, type Registry } from "./registry-client.ts";
import { commitSample, publishSample } from "./sample-commit.ts";

const PROJECT = join(import.meta.dirname, "../../image");
const STACK = "local";
const REPOSITORY = "uostas/bookwyrm";
const SHORT_REVISION = 12;

export interface SampleImage {
  /** With tag and digest. */
  readonly reference: string;
  /** Full sha. */
  readonly revision: string;
}

/**
 * A release of the sample application, built, tested and pushed as BookWyrm's own are: by the stack `local`
 * of the project `image`. Nothing is built that the registry holds.
 */
export async function ensureSample(
  version: string,
  registry: Registry,
  progress: Progress,
): Promise<SampleImage> {
  const folder = mkdtempSync(join(tmpdir(), "bookwyrm-lab-sample-"));
  try {
    const clone = join(folder, "clone");
    const revision = await commitSample(version, clone);
    const tag = `release-${version}-${revision.slice(0, SHORT_REVISION)}`;
    const name = `${registry.host}/${REPOSITORY}:${tag}`;
    const find = async (): Promise<string | undefined> => {
      const digest = await digestOf(registry, REPOSITORY, tag);
      return digest === undefined ? undefined : `${name}@${digest}`;
    };
    const reference =
      (await find()) ??
      (await withLock(join(CACHE, "sample.lock"), progress, async () => {
        const found = await find();
        if (found !== undefined) return found;
        await publishSample(clone, join(folder, "server.git"));
        const settings = { version, source: clone, base: await prepare(registry, progress) };
        return progress.step(`build and push ${REPOSITORY}:${tag}`, () =>
          build(settings, registry),
        );
      }));
    return { reference, revision };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** A daemon that has the base image. @returns the base's reference */
async function prepare(registry: Registry, progress: Progress): Promise<string> {
  await ensureDocker(progress);
  const base = await ensureBookwyrmBase(registry, progress);
  await progress.step("pull the base image", () => pullImage(registry, base));
  return base;
}

/** @returns what the stack puts out as `reference` */
async function build(
  settings: Readonly<Record<string, string>>,
  registry: Registry,
): Promise<string> {
  const file = join(PROJECT, `Pulumi.${STACK}.yaml`);
  const run = (args: readonly string[], input = ""): Promise<string> =>
    execute(["pulumi", ...args, "--stack", STACK], { cwd: PROJECT, env: environment(), input });
  const isKnown = await run(["stack", "export"]).then(
    () => true,
    () => false,
  );
  if (!isKnown) {
    // Encrypted for a lab that is gone.
    rmSync(file, { force: true });
    await run(["stack", "init", "--no-select"]);
  }
  const all = {
    ...settings,
    repository: `${registry.host}/${REPOSITORY}`,
    address: SAMPLE_SOURCE,
    libraries: "in-base",
    platform: NODE_PLATFORM,
    registryUsername: registry.push.username,
    registryCaFile: registry.caFile,
  };
  const plain = Object.entries(all).flatMap(([name, value]) => ["--plaintext", `${name}=${value}`]);
  await run(["config", "set-all", ...plain]);
  const password = readFileSync(registry.push.passwordFile, "utf8");
  await run(["config", "set", "--secret", "registryPassword"], password);
  await run(["up", "--yes", "--skip-preview"]);
  return (await run(["stack", "output", "reference"])).trim();
}
