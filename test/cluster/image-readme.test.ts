import assert from "node:assert/strict";
import {
  appendFileSync,
  cpSync,
  mkdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join, relative } from "node:path";
import { test } from "node:test";
import { parseDocument } from "yaml";
import { ensureDocker, pullImage } from "../../lab/docker.ts";
import { githubDouble } from "../../lab/github.ts";
import { ensureBookwyrmBase } from "../../lab/images/images.ts";
import { type Lab, up } from "../../lab/lab.ts";
import { stderrProgress } from "../../lab/progress.ts";
import { GitSandbox } from "../support/git.ts";
import { inLab, PROJECT } from "../support/lab.ts";

// Runs the commands of image/README.md. What only a reader has, the test brings: BookWyrm's code, a registry,
// a forge, a stack to pin, and a backend of Pulumi, so that the stacks can be called as the page calls them.

const UPSTREAM = "https://github.com/bookwyrm-social/bookwyrm";
const BUILT_FROM = "https://github.com/uostas/bookwyrm";
const VERSION = "0.9.2";
const PLATFORM = `linux/${process.arch === "arm64" ? "arm64" : "amd64"}`;

function commandsOf(readme: string): string[] {
  const block = /\n```sh\n(.*?)\n```\n/s.exec(readFileSync(readme, "utf8"))?.[1] ?? "";
  return block.split("\n").map((line) => line.replace(/ +#.*/, ""));
}

/** Changes a file of settings, as its reader does in an editor. */
function edit(file: string, settings: Readonly<Record<string, unknown>>): void {
  const document = parseDocument(readFileSync(file, "utf8"));
  for (const [path, value] of Object.entries(settings)) {
    document.setIn(["config", ...path.split(" ")], value);
  }
  writeFileSync(file, document.toString({ lineWidth: 0 }));
}

/** This checkout as a clone of its own, in whose files the lab's registry takes the place of the example's. */
async function cloneProject(sandbox: GitSandbox, lab: Lab): Promise<string> {
  const server = await sandbox.bare("deployment.git");
  const clone = await sandbox.clone(`file://${server}`, "deployment");
  cpSync(PROJECT, clone, {
    recursive: true,
    filter: (file) => !/^(node_modules|\.git|reports|test)(\/|$)/.test(relative(PROJECT, file)),
  });
  symlinkSync(join(PROJECT, "node_modules"), join(clone, "node_modules"));
  appendFileSync(join(clone, ".git/info/exclude"), "/node_modules\n");
  for (const file of ["Pulumi.staging.yaml", "policy-config/staging.json"]) {
    const text = readFileSync(join(clone, file), "utf8");
    writeFileSync(join(clone, file), text.replaceAll("harbor.example.org", lab.registry.host));
  }
  return clone;
}

/** What a reader clones from upstream. @returns the commit that is to be built */
async function hostUpstream(sandbox: GitSandbox): Promise<string> {
  const server = await sandbox.bare("bookwyrm.git");
  const clone = await sandbox.clone(`file://${server}`, "upstream");
  cpSync(join(PROJECT, "lab/sample"), clone, {
    recursive: true,
    filter: (file) => !file.includes("__pycache__"),
  });
  await sandbox.git(clone, "add", "--all");
  await sandbox.git(clone, "commit", "--quiet", `--message=Release ${VERSION}`);
  await sandbox.git(clone, "push", "--quiet", "origin", "HEAD:main", "HEAD:production");
  appendFileSync(sandbox.path(".gitconfig"), `[url "file://${server}"]\ninsteadOf = ${UPSTREAM}\n`);
  return sandbox.git(clone, "rev-parse", "HEAD");
}

test("the commands of image/README.md pin a stack to what they have built", async (context) => {
  const lab = await up(stderrProgress);
  await ensureDocker(stderrProgress);
  const base = await ensureBookwyrmBase(lab.registry, stderrProgress);
  await pullImage(lab.registry, base);
  const sandbox = new GitSandbox(context);
  const commit = await hostUpstream(sandbox);
  const clone = await cloneProject(sandbox, lab);
  const forge = await githubDouble({
    name: "uostas/bookwyrm",
    commits: { [commit]: [] },
    branches: { main: { sha: commit, isProtected: true } },
    checkRuns: [{ id: 1, sha: commit, name: "build", conclusion: "success" }],
    statuses: [],
  });
  context.after(() => {
    forge.close();
  });
  mkdirSync(sandbox.path("backend"));
  const env = {
    GIT_CONFIG_GLOBAL: sandbox.path(".gitconfig"),
    PULUMI_BACKEND_URL: `file://${sandbox.path("backend")}`,
    PULUMI_HOME: sandbox.path("pulumi"),
  };
  const bash = async (script: string, cwd = clone): Promise<string> => {
    const { exitCode, output } = await inLab(["bash", "-exc", script], { cwd, env });
    assert.equal(exitCode, 0, output);
    return output;
  };
  edit(join(clone, "Pulumi.staging.yaml"), {
    "bookwyrm:guardrails image caFile": lab.registry.caFile,
    "bookwyrm:guardrails image platforms": [PLATFORM],
    "bookwyrm:guardrails forge api": forge.address,
  });
  const { pull, push } = lab.registry;
  await bash(`pulumi stack init staging --non-interactive
    pulumi config set --secret registryPassword --stack staging < ${pull.passwordFile}
    git add --all; git commit --quiet --message Settings; git push --quiet origin main`);

  const settings = {
    "bookwyrm-image:repository": `${lab.registry.host}/uostas/bookwyrm`,
    "bookwyrm-image:version": VERSION,
    "bookwyrm-image:address": BUILT_FROM,
    "bookwyrm-image:base": base,
    "bookwyrm-image:buildBase": base,
    "bookwyrm-image:libraries": "in-base",
    "bookwyrm-image:platform": PLATFORM,
    "bookwyrm-image:registryUsername": push.username,
    "bookwyrm-image:registryCaFile": lab.registry.caFile,
  };
  const commands = commandsOf(join(clone, "image/README.md"));
  const copied = commands.indexOf("cp Pulumi.example.yaml Pulumi.release.yaml") + 1;
  assert.notEqual(copied, 0, "the page no longer copies the example");
  const typed = (lines: readonly string[]): string =>
    lines
      .join("\n")
      // The modules are this checkout's; questions are answered.
      .replace("npm ci --ignore-scripts", "test -d node_modules")
      .replace("registryPassword", `registryPassword < ${push.passwordFile}`)
      .replace("pulumi up ", "pulumi up --yes ");
  await bash(typed(commands.slice(0, copied)));
  edit(join(clone, "image/Pulumi.release.yaml"), settings);
  await bash(`cd image\n${typed(commands.slice(copied))}`);

  const pinned = readFileSync(join(clone, "Pulumi.staging.yaml"), "utf8");
  const tag = `${lab.registry.host}/uostas/bookwyrm:release-${VERSION}-${commit.slice(0, 12)}`;
  assert.match(pinned, new RegExp(`^ {2}bookwyrm:image: ${tag}@sha256:[0-9a-f]{64}$`, "m"));
  assert.equal(await sandbox.git(clone, "log", "-1", "--format=%s"), "Pin staging");
});
