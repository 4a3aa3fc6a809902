import { createHash } from "node:crypto";
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { execute } from "../execute.ts";
import { baseTagOf } from "./images.ts";
import { bookwyrm } from "./recipes.ts";

const SAMPLE = join(import.meta.dirname, "../sample");
const IMAGE = join(import.meta.dirname, "../../image");

/** The same files make the same commit on every machine, whatever git is set to there. */
const GIT = {
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_AUTHOR_NAME: "BookWyrm lab",
  GIT_AUTHOR_EMAIL: "lab@example.org",
  GIT_AUTHOR_DATE: "2026-01-01T00:00:00Z",
  GIT_COMMITTER_NAME: "BookWyrm lab",
  GIT_COMMITTER_EMAIL: "lab@example.org",
  GIT_COMMITTER_DATE: "2026-01-01T00:00:00Z",
};

/** The sample application's files, without what Python has left beside them. */
export const copySample = (folder: string): void => {
  cpSync(SAMPLE, folder, { recursive: true, filter: (file) => !file.includes("__pycache__") });
};

/** Makes a clone of the sample application in an empty folder. @returns its commit, a full sha */
export async function commitSample(version: string, folder: string): Promise<string> {
  copySample(folder);
  writeFileSync(join(folder, "VERSION"), `${version}\n`);
  await git(folder, "init", "--quiet", "--initial-branch=main");
  await git(folder, "add", "--all");
  // A tag is never built again from another recipe, so that a changed recipe is a new commit.
  const message = `Release ${version}\n\nBuilt by ${recipe()}`;
  await git(folder, "commit", "--quiet", `--message=${message}`);
  return (await git(folder, "rev-parse", "HEAD")).trim();
}

/** Pushes the commit to a server of its own, which `origin` then is. */
export async function publishSample(folder: string, server: string): Promise<void> {
  rmSync(server, { recursive: true, force: true });
  mkdirSync(server, { recursive: true });
  await git(server, "init", "--quiet", "--bare", "--initial-branch=main");
  await git(folder, "remote", "add", "origin", `file://${server}`);
  await git(folder, "push", "--quiet", "origin", "main");
}

const git = (folder: string, ...args: readonly string[]): Promise<string> =>
  execute(["git", ...args], { cwd: folder, env: GIT });

function recipe(): string {
  const hash = createHash("sha256").update(baseTagOf(bookwyrm("")));
  for (const file of ["Dockerfile", "Dockerfile.dockerignore"]) {
    hash.update(`\0${file}\0`).update(readFileSync(join(IMAGE, file)));
  }
  return hash.digest("hex");
}
