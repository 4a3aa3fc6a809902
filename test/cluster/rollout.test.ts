import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { pinLocalStack } from "../../commands/local-stack.ts";
import { ensureImage } from "../../lab/images/images.ts";
import { ensureImages, type LabImages } from "../../lab/images/lab-images.ts";
import { bookwyrm, withoutCode } from "../../lab/images/recipes.ts";
import { ensureSample } from "../../lab/images/sample.ts";
import { type Lab, up } from "../../lab/lab.ts";
import { stderrProgress } from "../../lab/progress.ts";
import { ask, askJson, output, podsOf, pulumi, servedVersion } from "../support/lab.ts";
import { figures, underLoad } from "../support/load.ts";
import type { Result } from "../support/run.ts";

let lab: Lab;
let images: LabImages;

before(async () => {
  lab = await up(stderrProgress);
  images = await ensureImages(lab.registry, stderrProgress);
  await output(["node", "commands/wyrm.ts", "start"]);
});

after(() => {
  pinLocalStack(images);
});

/** As the sample's migration 0004 schedules it. */
const TICK_SECONDS = 4;

const deploy = (bookwyrmImage: string): Promise<Result> => {
  pinLocalStack({ ...images, bookwyrm: bookwyrmImage });
  return pulumi(["up", "--yes", "--skip-preview", "--stack=local", "--policy-pack=policy"]);
};

/** Looks all the time; a pod counts until its containers have ended. */
async function mostAtOnce(component: string, until: Promise<unknown>): Promise<number> {
  let most = 0;
  const isOver = until.then(() => true);
  while (!(await Promise.race([isOver, sleep(250, false)]))) {
    most = Math.max(most, (await podsOf(component)).length);
  }
  return most;
}

/** The pods that serve the site, without those of an earlier release that still end. */
const webPods = async (): Promise<readonly string[]> =>
  (await podsOf("web"))
    .filter(({ metadata }) => metadata.deletionTimestamp === undefined)
    .map(({ metadata }) => metadata.uid)
    .sort();

test("a new release rolls out without a failed request, and never with two beats", async (context) => {
  const { reference: next } = await ensureSample("0.9.3", lab.registry, stderrProgress);
  const load = await underLoad(async () => {
    const rollout = deploy(next);
    const beats = await mostAtOnce("beat", rollout);
    return { ...(await rollout), beats };
  });
  context.diagnostic(figures(load));
  const { result, failures } = load;
  assert.equal(result.exitCode, 0, result.output);
  assert.deepEqual(failures, []);
  assert.equal(result.beats, 1);
  assert.equal(await servedVersion(), "0.9.3");
  const { ticks } = await askJson<{ readonly ticks: readonly number[] }>("/sample/ticks");
  // A tick is written down when a worker is free for it, so only their number tells of a second beat. One
  // that starts may send at once.
  const seconds = (ticks.at(-1) ?? 0) - (ticks[0] ?? 0);
  const most = seconds / TICK_SECONDS + 3;
  assert.ok(ticks.length > 2, `only ${ticks.length.toString()} ticks`);
  assert.ok(
    ticks.length <= most,
    `${ticks.length.toString()} ticks within ${seconds.toFixed(1)} s`,
  );
});

test("a task that runs when its worker is replaced is finished first", async () => {
  const token = `long-${Date.now().toString()}`;
  assert.equal((await ask(`/sample/tasks/imports/${token}?seconds=20`)).status, 202);
  await sleep(2_000);
  const result = await deploy(images.bookwyrm);
  assert.equal(result.exitCode, 0, result.output);
  const { executions } = await askJson<{ readonly executions: readonly unknown[] }>(
    `/sample/executions/${token}`,
  );
  assert.equal(executions.length, 1);
});

test("a broken image stops at the smoke test while the old pods serve, and the next good one deploys", async () => {
  const earlier = await webPods();
  const broken = await ensureImage(withoutCode(bookwyrm("0.9.4")), lab.registry, stderrProgress);
  const { result, failures } = await underLoad(() => deploy(broken));
  assert.notEqual(result.exitCode, 0);
  assert.match(result.output, /ModuleNotFoundError: No module named 'bookwyrm'/);
  assert.deepEqual(failures, []);
  assert.deepEqual(await webPods(), earlier);

  const { reference: good } = await ensureSample("0.9.4", lab.registry, stderrProgress);
  const mended = await deploy(good);
  assert.equal(mended.exitCode, 0, mended.output);
  assert.equal(await servedVersion(), "0.9.4");
});

test("a wrong registry password stops at the smoke test, which says that the pull was refused", async () => {
  const setPassword = (password: string): Promise<string> =>
    output(["pulumi", "config", "set", "--secret", "registryPassword", "--stack=local"], {
      input: password,
    });
  const password = await output(["pulumi", "config", "get", "registryPassword", "--stack=local"]);
  const { reference: next } = await ensureSample("0.9.5", lab.registry, stderrProgress);
  await setPassword("not-the-password");
  try {
    const { result, failures } = await underLoad(() => deploy(next));
    assert.notEqual(result.exitCode, 0);
    assert.match(result.output, /Job .*smoke.* failed/);
    assert.match(result.output, /ErrImagePull.*(?:401 Unauthorized|authorization failed)/s);
    assert.ok(!result.output.includes("not-the-password"));
    assert.deepEqual(failures, []);
  } finally {
    await setPassword(password.trim());
  }
  const mended = await deploy(next);
  assert.equal(mended.exitCode, 0, mended.output);
  assert.equal(await servedVersion(), "0.9.5");
});
