import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { appendFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { ensureDocker, pullImage } from "../../lab/docker.ts";
import { githubDouble } from "../../lab/github.ts";
import { ensureBookwyrmBase, ensureImage } from "../../lab/images/images.ts";
import { postgres, redis } from "../../lab/images/recipes.ts";
import type { JsonServer } from "../../lab/json-server.ts";
import { copySample } from "../../lab/images/sample-commit.ts";
import { type Lab, up } from "../../lab/lab.ts";
import { NODE_PLATFORM } from "../../lab/layout.ts";
import { stderrProgress } from "../../lab/progress.ts";
import { smallStack } from "../../lab/small-stack.ts";
import { LAB_SECRETS } from "../support/committed-stack.ts";
import { kubectl } from "../support/lab.ts";
import { Reader } from "../support/reader.ts";

// Follows image/README.md and docs/releasing.md, command by command. What only a reader has, the test brings:
// BookWyrm's code, a registry, a forge, a cluster, and secrets.

const UPSTREAM = "https://github.com/bookwyrm-social/bookwyrm";
const BUILT_FROM = "https://github.com/uostas/bookwyrm";
const VERSIONS = ["0.9.2", "0.9.3"] as const;
const STACKS = ["staging", "prod"] as const;
const NAMESPACE = `documentation-${randomBytes(3).toString("hex")}`;
const SHORT_REVISION = 12;

const cleanUps: (() => unknown)[] = [];
let lab: Lab;
let base: string;
let reader: Reader;
let forge: JsonServer;
/** Of BookWyrm, one for each release. */
let commits: readonly string[];

before(async () => {
  lab = await up(stderrProgress);
  await ensureDocker(stderrProgress);
  base = await ensureBookwyrmBase(lab.registry, stderrProgress);
  await pullImage(lab.registry, base);
  const stores = {
    postgres: await ensureImage(postgres, lab.registry, stderrProgress),
    redis: await ensureImage(redis, lab.registry, stderrProgress),
  };
  reader = await Reader.create({ after: (cleanUp) => cleanUps.push(cleanUp) });
  commits = await hostUpstream();
  const [first = "", second = ""] = commits;
  forge = await githubDouble({
    name: "uostas/bookwyrm",
    commits: { [first]: [], [second]: [first] },
    branches: { production: { sha: second, isProtected: true } },
    checkRuns: commits.map((sha, id) => ({ id, sha, name: "build", conclusion: "success" })),
    statuses: [],
  });
  for (const stack of STACKS) await configure(stack, stores);
  useLabRegistry("policy-config/release.json");
  await reader.types(COMMIT);
});

after(async () => {
  for (const stack of STACKS) {
    await reader.types(
      `pulumi destroy --yes --skip-preview --continue-on-error --stack ${stack} || true`,
    );
    // The protected volume of uploads has kept it.
    await kubectl(
      "delete",
      "namespace",
      `${NAMESPACE}-${stack}`,
      "--wait=false",
      "--ignore-not-found",
    );
  }
  forge.close();
  for (const cleanUp of cleanUps) await cleanUp();
});

const COMMIT = "git add --all; git commit --quiet --message Settings; git push --quiet origin main";

/** BookWyrm's repository with two releases, of which the branch that is built from has the first. @returns their commits */
async function hostUpstream(): Promise<string[]> {
  const { sandbox } = reader;
  const server = await sandbox.bare("bookwyrm.git");
  const clone = await sandbox.clone(`file://${server}`, "upstream");
  copySample(clone);
  const made: string[] = [];
  for (const version of VERSIONS) {
    writeFileSync(join(clone, "VERSION"), version);
    await sandbox.git(clone, "add", "--all");
    await sandbox.git(clone, "commit", "--quiet", `--message=Release ${version}`);
    made.push(await sandbox.git(clone, "rev-parse", "HEAD"));
  }
  const [first = ""] = made;
  await sandbox.git(
    clone,
    "push",
    "--quiet",
    "origin",
    "HEAD:main",
    `${first}:refs/heads/production`,
  );
  appendFileSync(sandbox.path(".gitconfig"), `[url "file://${server}"]\ninsteadOf = ${UPSTREAM}\n`);
  return made;
}

/** A committed stack with the lab in place of its registry, forge and cluster, small enough for its node. */
async function configure(
  stack: (typeof STACKS)[number],
  stores: { readonly postgres: string; readonly redis: string },
): Promise<void> {
  const file = `Pulumi.${stack}.yaml`;
  useLabRegistry(file, `policy-config/${stack}.json`);
  const { "bookwyrm:image": _image, ...small } = smallStack({
    ...stores,
    namespace: `${NAMESPACE}-${stack}`,
    image: "",
    workerGraceSeconds: 60,
  });
  reader.edit(file, {
    ...small,
    "bookwyrm:verification": { publicly: false, soakSeconds: 3 },
    "bookwyrm:guardrails image caFile": lab.registry.caFile,
    "bookwyrm:guardrails image platforms": [NODE_PLATFORM],
    "bookwyrm:guardrails forge api": forge.address,
    "bookwyrm:guardrails harbor": undefined,
    ...(stack === "prod" && { "bookwyrm:guardrails staging soakMinutes": 0 }),
  });
  const secrets = Object.entries(LAB_SECRETS).map(([name, value]) => `--secret ${name}=${value}`);
  await reader.types(`pulumi stack init ${stack} --no-select --non-interactive
    pulumi config set-all --stack ${stack} ${secrets.join(" ")}
    pulumi config set --secret registryPassword --stack ${stack} < ${lab.registry.pull.passwordFile}`);
}

function useLabRegistry(...files: readonly string[]): void {
  for (const file of files) {
    reader.write(file, reader.read(file).replaceAll("harbor.example.org", lab.registry.host));
  }
}

const tagOf = (release: number): string =>
  `release-${VERSIONS[release] ?? ""}-${commits[release]?.slice(0, SHORT_REVISION) ?? ""}`;

/** @returns the reference that a stack's file has */
function pinned(stack: string): string {
  const found = /^ {2}bookwyrm:image: (\S+)$/m.exec(reader.read(`Pulumi.${stack}.yaml`));
  return found?.[1] ?? "";
}

const assertPinned = (stack: string, release: number): void => {
  const reference = `${lab.registry.host}/uostas/bookwyrm:${tagOf(release)}@sha256:`;
  assert.ok(pinned(stack).startsWith(reference), pinned(stack));
};

test("the commands of image/README.md pin a stack to what they have built", async () => {
  const [commands = []] = reader.blocks("image/README.md");
  const copied = commands.indexOf("cp Pulumi.example.yaml Pulumi.release.yaml") + 1;
  assert.notEqual(copied, 0, "the page no longer copies the example");
  const { push } = lab.registry;
  const typed = (lines: readonly string[]): string =>
    lines
      .join("\n")
      // The modules are this checkout's; questions are answered.
      .replace("npm ci --ignore-scripts", "test -d node_modules")
      .replace("registryPassword", `registryPassword < ${push.passwordFile}`)
      .replace("pulumi up ", "pulumi up --yes ");
  await reader.types(typed(commands.slice(0, copied)));
  reader.edit("image/Pulumi.release.yaml", {
    "bookwyrm-image:repository": `${lab.registry.host}/uostas/bookwyrm`,
    "bookwyrm-image:version": VERSIONS[0],
    "bookwyrm-image:address": BUILT_FROM,
    "bookwyrm-image:base": base,
    "bookwyrm-image:buildBase": base,
    "bookwyrm-image:libraries": "in-base",
    "bookwyrm-image:platform": NODE_PLATFORM,
    "bookwyrm-image:registryUsername": push.username,
    "bookwyrm-image:registryCaFile": lab.registry.caFile,
  });
  await reader.types(`cd image\n${typed(commands.slice(copied))}`);
  assertPinned("staging", 0);
  assert.equal(await reader.sandbox.git(reader.clone, "log", "-1", "--format=%s"), "Pin staging");
});

test("the commands of docs/releasing.md release twice, and roll back", async () => {
  const page = "docs/releasing.md";
  const [build, pin, deploy, promote, verify, rollback, ...others] = reader
    .blocks(page)
    .map((lines) => lines.join("\n").replaceAll(/(pulumi up|wyrm deploy \w+)/g, "$1 --yes"));
  assert.deepEqual(others, [], "the page has more commands than this test runs");
  assert.ok(build && pin && deploy && promote && verify && rollback);
  const [promotion, production, ...more] = promote.split("\n");
  assert.ok(promotion && production && more.length === 0);
  for (const release of VERSIONS.keys()) {
    if (release > 0) {
      await reader.types("git -C ../bookwyrm push --quiet origin origin/main:production");
      await reader.types("git -C ../bookwyrm pull --quiet");
      reader.edit("image/Pulumi.release.yaml", { "bookwyrm-image:version": VERSIONS[release] });
    }
    await reader.types(build);
    await reader.types(pin.replace(/release-[\w.-]+/, tagOf(release)));
    assertPinned("staging", release);
    await reader.types(COMMIT.replace("Settings", "Staging"));
    await reader.types(deploy);
    await reader.types(promotion);
    assert.equal(pinned("prod"), pinned("staging"));
    await reader.types(COMMIT.replace("Settings", "Production"));
    await reader.types(production);
  }
  await reader.types(verify);
  const [[nightly = ""] = []] = reader.blocks(page, "cron");
  await reader.types(nightly.replace(/^(\S+ +){5}cd \S+/, `cd ${reader.clone}`));
  assert.match(reader.read("reports/verify.json"), /"verdict": ?"pass"/);

  const printed = await reader.types(rollback);
  assertPinned("prod", 0);
  const next = printed
    .split("\n")
    .filter((line) => /^ {2}(git commit|npx wyrm deploy) /.test(line));
  assert.equal(next.length, 2, printed);
  await reader.types(next.join("\n").replace("deploy prod", "deploy prod --yes"));
  const image = await kubectl(
    "get",
    "deployment",
    `--namespace=${NAMESPACE}-prod`,
    "--selector=app.kubernetes.io/component=web",
    "--output=jsonpath={.items[*].spec.template.spec.containers[0].image}",
  );
  assert.equal(image, pinned("prod"));
});
