import { createHash } from "node:crypto";
import {
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { execute } from "../execute.ts";
import { CACHE } from "../layout.ts";
import { withLock } from "../lock.ts";
import type { Progress } from "../progress.ts";
import { hasImage, type ImageConfig, makeImage } from "./buildah.ts";
import { bookwyrm, type Recipe } from "./recipes.ts";
import { holds, push, type Registry } from "./registry-client.ts";

const IMAGES = join(CACHE, "images");
const SUITE = "bookworm";
export const SAMPLE_SOURCE = "https://example.org/bookwyrm-deployment/lab/sample";

/** Nothing is built that was built before, and nothing pushed that the registry holds. */
export async function ensureImage(
  recipe: Recipe,
  registry: Registry,
  progress: Progress,
): Promise<string> {
  const revision = revisionOf(recipe);
  const tag = tagOf(recipe, revision);
  const reference = `${registry.host}/${recipe.repository}:${tag}`;
  const digestFile = join(IMAGES, "digests", `${revision}.txt`);
  if (existsSync(digestFile)) {
    const digest = readFileSync(digestFile, "utf8");
    if (await holds(registry, recipe.repository, digest)) return `${reference}@${digest}`;
  }
  return withLock(join(CACHE, "images.lock"), progress, async () => {
    const name = await build(recipe, progress);
    const digest = await progress.step(`push ${recipe.repository}:${tag}`, () =>
      push(registry, name, reference),
    );
    mkdirSync(dirname(digestFile), { recursive: true });
    writeFileSync(digestFile, digest);
    return `${reference}@${digest}`;
  });
}

/** Builds what was not built before, and pushes nothing. @returns its name in buildah's storage */
export const buildImage = (recipe: Recipe, progress: Progress): Promise<string> =>
  withLock(join(CACHE, "images.lock"), progress, () => build(recipe, progress));

async function build(recipe: Recipe, progress: Progress): Promise<string> {
  const revision = revisionOf(recipe);
  const tag = tagOf(recipe, revision);
  const name = `localhost/${recipe.repository}:${tag}`;
  if (!(await hasImage(name))) {
    const base = await ensureBase(recipe, progress);
    await progress.step(`build the image ${recipe.repository}:${tag}`, () =>
      addFiles(name, base, recipe, revision),
    );
  }
  return name;
}

/**
 * The root file system and the libraries of the sample application, in the registry: what its Dockerfile
 * builds on where Docker Hub cannot be reached.
 */
export async function ensureBookwyrmBase(registry: Registry, progress: Progress): Promise<string> {
  const recipe = bookwyrm("");
  return withLock(join(CACHE, "images.lock"), progress, async () => {
    const name = await ensureBase(recipe, progress);
    const reference = `${registry.host}/${recipe.repository}-base:${name.split(":")[1] ?? ""}`;
    const digest = await progress.step("push the base image", () =>
      push(registry, name, reference),
    );
    return `${reference}@${digest}`;
  });
}

/** Names the content, as a commit names a tree: the same files give the same revision. */
export function revisionOf(recipe: Recipe): string {
  const hash = createHash("sha1").update(
    JSON.stringify({ ...recipe, files: {}, requirements: "" }),
  );
  const { requirements, files } = recipe;
  if (requirements !== undefined) hash.update(readFileSync(requirements));
  for (const [target, source] of Object.entries(files).sort()) {
    for (const file of filesIn(source)) {
      hash.update(`\0${target}/${relative(source, file)}\0`).update(readFileSync(file));
    }
  }
  return hash.digest("hex");
}

const SHORT_REVISION = 12;

/** BookWyrm's own tags name a release and a commit; those of the stores only need to be unique. */
function tagOf({ repository, version }: Recipe, revision: string): string {
  const short = revision.slice(0, SHORT_REVISION);
  return repository.endsWith("/bookwyrm") ? `release-${version}-${short}` : `${version}-${short}`;
}

const isBytecode = (file: string): boolean => file.includes("__pycache__");

const filesIn = (source: string): string[] =>
  statSync(source).isFile()
    ? [source]
    : globSync(join(source, "**/*"))
        .filter((file) => statSync(file).isFile() && !isBytecode(file))
        .sort();

/** Names what a base image is made from. */
export function baseTagOf({ packages, requirements }: Recipe): string {
  const key = createHash("sha1").update(JSON.stringify([SUITE, packages]));
  if (requirements !== undefined) key.update(readFileSync(requirements));
  return key.digest("hex").slice(0, SHORT_REVISION);
}

/** The root file system and the libraries: a layer that a change of the code does not move. */
async function ensureBase(recipe: Recipe, progress: Progress): Promise<string> {
  const { packages, requirements } = recipe;
  const name = `localhost/${recipe.repository}-base:${baseTagOf(recipe)}`;
  if (await hasImage(name)) return name;
  const folder = mkdtempSync(join(tmpdir(), "bookwyrm-lab-base-"));
  try {
    const root = join(folder, "root.tar");
    await progress.step(`unpack Debian's ${packages.at(-1) ?? ""} and what it needs`, () =>
      execute([
        "mmdebstrap",
        "--variant=extract",
        `--include=${packages.join(",")}`,
        "--dpkgopt=path-exclude=/usr/share/doc/*",
        "--dpkgopt=path-exclude=/usr/share/man/*",
        SUITE,
        root,
      ]),
    );
    const libraries = join(folder, "libraries");
    mkdirSync(libraries);
    if (requirements !== undefined) {
      await progress.step("install the Python libraries", () => install(requirements, libraries));
    }
    await progress.step(`keep ${name}`, () =>
      makeImage(
        name,
        "scratch",
        [
          { source: root, target: "/" },
          { source: libraries, target: "/" },
        ],
        configOf(recipe, {}),
      ),
    );
    return name;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** For the image's Python and processor, whatever this machine has; wheels only, by their hashes. */
async function install(requirements: string, root: string): Promise<void> {
  const processor = process.arch === "arm64" ? "aarch64" : "x86_64";
  const target = join(root, "usr/local/lib/python3.11/dist-packages");
  await execute([
    "/usr/bin/python3",
    "-m",
    "pip",
    "install",
    "--quiet",
    "--no-compile",
    "--require-hashes",
    "--only-binary=:all:",
    "--python-version=3.11",
    `--platform=manylinux2014_${processor}`,
    `--platform=manylinux_2_17_${processor}`,
    `--target=${target}`,
    `--requirement=${requirements}`,
  ]);
  const programs = join(root, "usr/local/bin");
  mkdirSync(dirname(programs), { recursive: true });
  renameSync(join(target, "bin"), programs);
}

async function addFiles(
  name: string,
  base: string,
  recipe: Recipe,
  revision: string,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "bookwyrm-lab-image-"));
  try {
    for (const [target, source] of Object.entries(recipe.files)) {
      cpSync(source, join(folder, target), {
        recursive: true,
        filter: (file) => !isBytecode(file),
      });
    }
    for (const [link, target] of Object.entries(recipe.links ?? {})) {
      mkdirSync(dirname(join(folder, link)), { recursive: true });
      symlinkSync(target, join(folder, link));
    }
    mkdirSync(join(folder, "etc"), { recursive: true });
    writeFileSync(join(folder, "etc/passwd"), passwd(recipe.user));
    if (recipe.workingDirectory === "/app") {
      writeFileSync(join(folder, "app/VERSION"), `${recipe.version}\n`);
    }
    const labels = {
      "org.opencontainers.image.title": recipe.repository,
      "org.opencontainers.image.version": recipe.version,
      "org.opencontainers.image.revision": revision,
      "org.opencontainers.image.source": SAMPLE_SOURCE,
      "org.opencontainers.image.created": new Date().toISOString(),
    };
    await makeImage(
      name,
      base,
      [{ source: folder, target: "/" }],
      configOf(recipe, recipe.isUnlabelled === true ? {} : labels),
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** initdb of Postgres looks its user up by name. */
const passwd = (user: number): string =>
  `root:x:0:0:root:/root:/bin/sh\napp:x:${user.toString()}:${user.toString()}::/:/bin/sh\n`;

const configOf = (recipe: Recipe, labels: Readonly<Record<string, string>>): ImageConfig => ({
  labels,
  user: recipe.user,
  workingDirectory: recipe.workingDirectory,
  ...(recipe.env && { env: recipe.env }),
});
