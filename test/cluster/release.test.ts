import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { githubDouble } from "../../lab/github.ts";
import { ensureImage, revisionOf, SAMPLE_SOURCE } from "../../lab/images/images.ts";
import { ensureImages } from "../../lab/images/lab-images.ts";
import { bookwyrm, withoutCode } from "../../lab/images/recipes.ts";
import { ensureSample } from "../../lab/images/sample.ts";
import type { JsonServer } from "../../lab/json-server.ts";
import { type Lab, up } from "../../lab/lab.ts";
import { NODE_PLATFORM } from "../../lab/layout.ts";
import { stderrProgress } from "../../lab/progress.ts";
import { LAB_SECRETS } from "../support/committed-stack.ts";
import { eventually, inLab } from "../support/lab.ts";
import { ReleaseStack } from "../support/release-stack.ts";
import type { Result } from "../support/run.ts";

const CI = "build";
const WITHOUT_CODE = withoutCode(bookwyrm("0.9.4"));
/** How often an update is killed; more of them find rarer moments. */
const KILLS = Number(process.env["BOOKWYRM_KILLS"] ?? 2);

let lab: Lab;
let forge: JsonServer;
let staging: ReleaseStack;
let prod: ReleaseStack;
/** References with tag and digest. */
let old: string;
let next: string;
let broken: string;
/** On the protected branch, but no CI has ever seen it. */
let unseen: string;

before(async () => {
  lab = await up(stderrProgress);
  const images = await ensureImages(lab.registry, stderrProgress);
  old = images.bookwyrm;
  const { revision: oldest } = await ensureSample("0.9.2", lab.registry, stderrProgress);
  const newer = await ensureSample("0.9.3", lab.registry, stderrProgress);
  const newest = await ensureSample("0.9.5", lab.registry, stderrProgress);
  next = newer.reference;
  unseen = newest.reference;
  broken = await ensureImage(WITHOUT_CODE, lab.registry, stderrProgress);
  const [second, third, last] = [newer.revision, revisionOf(WITHOUT_CODE), newest.revision];
  forge = await githubDouble({
    name: "uostas/ziurkes",
    commits: { [oldest]: [], [second]: [oldest], [third]: [second], [last]: [third] },
    branches: { main: { sha: last, isProtected: true } },
    checkRuns: [oldest, second, third].map((sha, at) => ({
      id: at + 1,
      sha,
      name: CI,
      conclusion: "success",
    })),
    statuses: [],
  });
  const guardrails = {
    image: {
      source: SAMPLE_SOURCE,
      caFile: lab.registry.caFile,
      platforms: [NODE_PLATFORM],
    },
    forge: {
      kind: "github",
      api: forge.address,
      repository: "uostas/ziurkes",
      requiredChecks: [CI],
    },
  };
  staging = await ReleaseStack.create("staging", { lab, images, guardrails });
  prod = await ReleaseStack.create("prod", {
    lab,
    images,
    guardrails: { ...guardrails, staging: { stack: staging.name, soakMinutes: 0 } },
  });
});

after(async () => {
  await Promise.all([staging, prod].map((stack) => stack[Symbol.asyncDispose]()));
  forge.close();
});

const succeeds = ({ exitCode, output }: Result): void => {
  assert.equal(exitCode, 0, output);
};

const refuses = ({ exitCode, output }: Result, ...reasons: readonly RegExp[]): void => {
  assert.equal(exitCode, 1, output);
  for (const reason of reasons) assert.match(output, reason);
};

const tagOf = (reference: string): string =>
  reference.slice(reference.lastIndexOf("/")).split(/[:@]/)[1] ?? "";

const promote = async (): Promise<Result> =>
  inLab(["node", "commands/wyrm.ts", "promote", staging.name, prod.name]);

/** Exactly one Deployment of each component, all on this image. */
const runs = async (stack: ReleaseStack, reference: string): Promise<void> => {
  assert.deepEqual(
    await stack.running(),
    ["beat", "web", "worker"].map((component) => [component, reference]),
  );
};

const lastReport = (stack: ReleaseStack): string => {
  const [newest] = readdirSync(stack.reports)
    .filter((file) => file.endsWith(".md"))
    .sort()
    .reverse();
  assert.ok(newest);
  return readFileSync(join(stack.reports, newest), "utf8");
};

test("a pin asks the registry for the digest, and changes nothing but the reference", async () => {
  const pinned = await staging.wyrm("pin", tagOf(old));
  succeeds(pinned);
  assert.match(pinned.output, /^- {2}bookwyrm:image: .*:release-0\.9\.1-0000000@sha256:0{64}$/m);
  assert.ok(pinned.output.includes(`\n+  bookwyrm:image: ${old}\n`), pinned.output);
  assert.ok(staging.hasComment);
});

test("staging is deployed, and proved to run what is pinned", async () => {
  const deployed = await staging.deploy();
  succeeds(deployed);
  assert.match(deployed.output, /: deployed and verified\. Report: /);
  await runs(staging, old);
  succeeds(await staging.wyrm("verify"));
  assert.match(lastReport(staging), /: deployed and verified/);
});

test("production gets the very reference that staging has proved", async () => {
  succeeds(await promote());
  succeeds(await prod.deploy());
  await runs(prod, old);
});

test("the next release goes the same way", async () => {
  succeeds(await staging.wyrm("pin", tagOf(next)));
  succeeds(await staging.deploy());
  await runs(staging, next);
  succeeds(await promote());
  succeeds(await prod.deploy());
  await runs(prod, next);
});

test("a rollback goes to what was verified here, whatever staging runs by now", async () => {
  succeeds(await prod.deploy("rollback"));
  assert.ok(prod.text.includes(old));
  await runs(prod, old);
  await runs(staging, next);
});

test("the image of the outage stops at the smoke test, and the old pods serve", async () => {
  succeeds(await staging.wyrm("pin", tagOf(broken)));
  const deployed = await staging.deploy();
  refuses(deployed, /ModuleNotFoundError/, /failed in the update/);
  assert.match(lastReport(staging), /ModuleNotFoundError/);
  await runs(staging, next);
  refuses(await promote(), /staging-healthy/);
  assert.ok(prod.text.includes(old));
});

test("a commit that CI has never seen is not pinned", async () => {
  const before = staging.text;
  refuses(await staging.wyrm("pin", tagOf(unseen)), /ci-checks-passed/, /is unchanged/);
  assert.equal(staging.text, before);
});

test("plain pulumi up, without the policies and without a preview, is guarded too", async () => {
  const before = staging.text;
  staging.edit("image", unseen);
  const result = await staging.pulumi("up", "--yes", "--skip-preview");
  assert.notEqual(result.exitCode, 0, result.output);
  assert.match(result.output, /Nothing was changed: the guards stop this deployment/);
  assert.match(result.output, /ci-checks-passed/);
  await runs(staging, next);
  assert.notEqual(staging.text, before);
});

test("break-glass waives the one guard, and is seen wherever the deployment is looked at", async () => {
  const breakGlass = {
    guard: "ci-checks-passed",
    reason: "CI is down, and the site too",
    ticket: "OPS-924",
    // Whole seconds: Pulumi reads a time in YAML as one, and writes its fraction without zeros at the end.
    expires: new Date(Date.now() + 60 * 60 * 1000).toISOString().replace(/\.\d+/, ""),
  };
  staging.edit("breakGlass", breakGlass);
  const deployed = await staging.deploy();
  succeeds(deployed);
  assert.match(deployed.output, /OPS-924/);
  await runs(staging, unseen);
  const outputs = await staging.pulumi("stack", "output", "--json");
  succeeds(outputs);
  assert.deepEqual(
    (JSON.parse(outputs.output) as { readonly breakGlass: unknown }).breakGlass,
    breakGlass,
  );
  for (const { metadata } of await staging.deployments()) {
    assert.match(JSON.stringify(metadata.annotations), /OPS-924/, metadata.name);
  }
  staging.edit("breakGlass");
});

test("of two deployments at once one refuses, and says why", async () => {
  succeeds(await staging.wyrm("pin", tagOf(next)));
  const ended = await Promise.all([staging.deploy(), staging.deploy()]);
  const [first, second] = ended.sort((a, b) => a.exitCode - b.exitCode);
  succeeds(first);
  refuses(second, /another update of this stack is under way/);
  await runs(staging, next);
});

test("after a deployment that was killed at any moment the next one converges", async (context) => {
  assert.ok(KILLS > 0);
  for (let kill = 0; kill < KILLS; kill++) {
    const reference = kill % 2 === 0 ? old : next;
    succeeds(await staging.wyrm("pin", tagOf(reference)));
    const seconds = await staging.deployAndKill();
    context.diagnostic(`killed ${seconds.toString()} s into the update`);
    await eventually("the program ends with its engine", 10, async () =>
      (await staging.programs()) === 0 ? true : undefined,
    );
    succeeds(await staging.deploy());
    await runs(staging, reference);
  }
});

test("no secret stands in what was printed or reported", () => {
  const secrets = [
    ...Object.values(LAB_SECRETS),
    readFileSync(lab.registry.pull.passwordFile, "utf8").trim(),
  ];
  for (const stack of [staging, prod]) {
    const reports = readdirSync(stack.reports).map((file) =>
      readFileSync(join(stack.reports, file), "utf8"),
    );
    assert.ok(reports.length > 0);
    const everything = [stack.printed, ...reports].join("\n");
    for (const secret of secrets) assert.ok(!everything.includes(secret));
  }
});
