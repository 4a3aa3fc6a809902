import assert from "node:assert/strict";
import { readFileSync, rmSync } from "node:fs";
import { get } from "node:https";
import { join } from "node:path";
import { json } from "node:stream/consumers";
import { before, test, type TestContext } from "node:test";
import { docker, ensureDocker, pullImage } from "../../lab/docker.ts";
import { ensureBookwyrmBase, ensureImage } from "../../lab/images/images.ts";
import { pythonBuild } from "../../lab/images/recipes.ts";
import { type Lab, up } from "../../lab/lab.ts";
import { stderrProgress } from "../../lab/progress.ts";
import { ImageProject } from "../support/image-project.ts";

// What the Dockerfile makes: how large, how fast, from which libraries, and whether twice the same.

const MAX_COMPRESSED_MB = 200;
const MAX_REBUILD_SECONDS = 15;

let lab: Lab;
let base: string;
let buildBase: string;

before(async () => {
  lab = await up(stderrProgress);
  await ensureDocker(stderrProgress);
  base = await ensureBookwyrmBase(lab.registry, stderrProgress);
  buildBase = await ensureImage(pythonBuild, lab.registry, stderrProgress);
  for (const image of [base, buildBase]) await pullImage(lab.registry, image);
});

/** Builds and pushes. @returns seconds */
async function release(project: ImageProject): Promise<number> {
  const began = performance.now();
  const { exitCode, output } = await project.stack.up();
  assert.equal(exitCode, 0, output);
  return (performance.now() - began) / 1000;
}

interface Layer {
  readonly digest: string;
  /** Compressed, in bytes. */
  readonly size: number;
}

/** Of the image that was pushed last. */
async function layersOf(project: ImageProject): Promise<readonly Layer[]> {
  const { host, caFile, push } = lab.registry;
  const auth = `${push.username}:${project.password()}`;
  const digest = (await project.pushedDigest()) ?? "";
  const headers = { accept: "application/vnd.docker.distribution.manifest.v2+json" };
  const manifest = await new Promise((resolve, reject) => {
    get(
      `https://${host}/v2/${project.path}/manifests/${digest}`,
      { ca: readFileSync(caFile), auth, headers },
      (response) => {
        json(response).then(resolve, reject);
      },
    ).on("error", reject);
  });
  return (manifest as { readonly layers: readonly Layer[] }).layers;
}

const megabytes = (layers: readonly Layer[]): number =>
  layers.reduce((sum, { size }) => sum + size, 0) / 1e6;

interface Build {
  readonly args: Readonly<Record<string, string>>;
  readonly context: string;
  readonly dockerfile: string;
  readonly target: string;
}

interface Image {
  readonly Config: unknown;
  readonly RootFS: unknown;
}

/** All of an image but the time at which Docker 20.10 says that it was built. */
async function contentOf(image: string): Promise<Image> {
  const [found] = JSON.parse(await docker(["image", "inspect", image])) as [Image];
  return { Config: found.Config, RootFS: found.RootFS };
}

/** Builds with nothing of a cache what the stack has built last. */
async function assertReproducible(context: TestContext, project: ImageProject): Promise<void> {
  const resources = await project.stack.state();
  const image = resources.find(({ type }) => type === "docker:index/image:Image");
  assert.ok(image?.inputs !== undefined);
  const { imageName, build } = image.inputs as {
    readonly imageName: string;
    readonly build: Build;
  };
  const again = `${imageName}-again`;
  context.after(() => docker(["image", "rm", again]));
  await docker([
    "build",
    "--no-cache",
    "--network=host",
    `--target=${build.target}`,
    `--file=${build.dockerfile}`,
    ...Object.entries(build.args).map(([name, value]) => `--build-arg=${name}=${value}`),
    `--tag=${again}`,
    build.context,
  ]);
  assert.deepEqual(await contentOf(again), await contentOf(imageName));
}

test("the sample's image is small, and built again soon after a change of its code", async (context) => {
  const project = await ImageProject.create(context, lab, base);
  const first = await release(project);
  const layers = await layersOf(project);
  const size = megabytes(layers);
  project.change("bookwyrm/changed.py", "");
  await project.commitAndPush();
  const rebuild = await release(project);
  const known = layers.map(({ digest }) => digest);
  const moved = (await layersOf(project)).filter(({ digest }) => !known.includes(digest));
  context.diagnostic(
    `first build ${first.toFixed(1)} s, rebuild after a code change ${rebuild.toFixed(1)} s; ` +
      `${size.toFixed(1)} MB compressed, of which a code change moves ${megabytes(moved).toFixed(2)} MB`,
  );
  assert.equal(moved.length, 1, "a change of the code moves its own layer alone");
  assert.ok(size <= MAX_COMPRESSED_MB, `${size.toFixed(1)} MB`);
  assert.ok(rebuild <= MAX_REBUILD_SECONDS, `${rebuild.toFixed(1)} s`);
});

test("without a cache the same inputs make the same layers and settings", async (context) => {
  const project = await ImageProject.create(context, lab, base);
  await release(project);
  await assertReproducible(context, project);
});

const requirements = (): string[] =>
  readFileSync(join(import.meta.dirname, "../../lab/sample/requirements.txt"), "utf8")
    .split("\n")
    .flatMap((line) => /^\S+==\S+/.exec(line) ?? []);

/** The forms in which releases of BookWyrm name their libraries. */
const FORMS = {
  "requirements with hashes": () => undefined,
  "requirements beside a pyproject.toml without a group": (project: ImageProject) => {
    project.change("pyproject.toml", '[tool.black]\nrequired-version = "22"\n');
  },
  "a dependency group": (project: ImageProject) => {
    rmSync(join(project.clone, "requirements.txt"));
    const group = requirements().map((requirement) => JSON.stringify(requirement));
    project.change("pyproject.toml", `[dependency-groups]\nmain = [${group.join(", ")}]\n`);
  },
};

for (const [form, write] of Object.entries(FORMS)) {
  test(`libraries are installed from ${form}, each time alike`, async (context) => {
    const project = await ImageProject.create(context, lab, base);
    write(project);
    project.change("bookwyrm/changed.py", "");
    await project.commitAndPush();
    await project.configure({ libraries: "installed", buildBase });
    const seconds = await release(project);
    const size = megabytes(await layersOf(project));
    context.diagnostic(`${seconds.toFixed(1)} s, ${size.toFixed(1)} MB compressed`);
    await assertReproducible(context, project);
  });
}
