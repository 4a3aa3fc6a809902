import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { test } from "node:test";
import { type CheckResult, runChecks } from "../../../checks/check.ts";
import { GUARD_IDS, type GuardContext, guards, isGuarded } from "../../../checks/pre/guards.ts";
import type { Settings } from "../../../model/settings.ts";
import { guarded, indexOf, NOW, withGuardrails } from "../../support/guarded.ts";
import { COMMIT } from "../../support/harbor.ts";
import { run } from "../../support/run.ts";
import { settings } from "../../support/settings.ts";

const IDS = {
  git: ["work-tree-clean", "commit-pushed"],
  image: ["image-exists", "image-tag-matches", "image-revision", "pull-credentials"],
  forge: ["commit-on-protected-branch", "ci-checks-passed"],
  harbor: ["no-proxy-cache", "tag-immutable", "digest-retained", "robot-expiry", "vulnerabilities"],
  staging: ["staging-healthy", "migrations-known"],
};

const results = async (stack: Settings, context: GuardContext): Promise<CheckResult[]> =>
  runChecks(await guards(stack, context), { timeoutMs: 10_000 });

const withVerdict = (found: readonly CheckResult[], verdict: string): string[] =>
  found.filter((result) => result.verdict === verdict).map(({ id }) => id);

const summaryOf = (found: readonly CheckResult[], id: string): string =>
  found.find((result) => result.id === id)?.summary ?? "";

const ANYWHERE: GuardContext = {
  folder: "/nonexistent",
  environment: {},
  now: () => NOW,
  registryPassword: "",
  harborPassword: undefined,
  forgeToken: undefined,
  hasFlower: false,
  settingsOf: () => {
    throw new Error("no other stack is asked for");
  },
};

test("every check is known by its id, in the order of the guards", () => {
  assert.deepEqual(GUARD_IDS, Object.values(IDS).flat());
});

test("where nothing is configured every check is skipped, and says why", async () => {
  const found = await results(settings(), ANYWHERE);
  assert.deepEqual(
    found.map(({ id, verdict, summary }) => ({ id, verdict, summary })),
    Object.entries(IDS).flatMap(([guard, ids]) =>
      ids.map((id) => ({
        id,
        verdict: "skipped",
        summary: `Not configured: guardrails.${guard} is not set.`,
      })),
    ),
  );
});

test("a preview judges where a guard or a waiver is configured", () => {
  const breakGlass = { guard: "soak", reason: "r", ticket: "t", expires: "2025-01-01T00:00:00Z" };
  assert.equal(isGuarded(settings()), false);
  assert.equal(isGuarded(settings({ guardrails: { git: {} } })), true);
  assert.equal(isGuarded(settings({ breakGlass })), true);
});

/** Files that a process has loaded after it ran the guards of a stack without any. */
const LOADED = `
import { registerHooks } from "node:module";
const loaded = [];
registerHooks({ load: (url, context, next) => { loaded.push(url); return next(url, context); } });
const { guards } = await import(process.argv[1]);
const checks = await guards({ guardrails: {} }, {});
await Promise.all(checks.map(({ run }) => run()));
process.stdout.write(JSON.stringify(loaded));
`;

test("where nothing is configured no client of anything is loaded", async () => {
  const entry = new URL("../../../checks/pre/guards.ts", import.meta.url).href;
  const command = [process.execPath, "--input-type=module", "--eval", LOADED, entry] as const;
  const { exitCode, output } = await run(command);
  assert.equal(exitCode, 0, output);
  const project = new URL("../../../", import.meta.url).href;
  const loaded = (JSON.parse(output) as string[])
    .filter((url) => url.startsWith("file:"))
    .map((url) => url.replace(project, ""));
  assert.deepEqual(loaded.sort(), [
    "checks/pre/guards.ts",
    "checks/registry/authority.ts",
    "model/docker-config.ts",
  ]);
});

test("all guards before a stack where all is well pass", async (context) => {
  const stack = await guarded(context);
  const found = await results(stack.settings, stack.context);
  assert.deepEqual(withVerdict(found, "pass"), GUARD_IDS, JSON.stringify(found, undefined, 2));
});

test("each guard that is configured brings its own checks, and no other", async (context) => {
  const stack = await guarded(context);
  for (const [guard, ids] of Object.entries(IDS)) {
    const only = { [guard]: stack.settings.guardrails[guard as keyof typeof IDS] };
    // The authority of the doubles' certificate stands in guardrails.image.
    const guardrails =
      guard === "harbor" ? { ...only, image: stack.settings.guardrails.image } : only;
    const found = await results({ ...stack.settings, guardrails }, stack.context);
    const expected = guard === "harbor" ? [...IDS.image, ...IDS.harbor] : ids;
    assert.deepEqual(withVerdict(found, "pass"), expected);
    assert.deepEqual(
      withVerdict(found, "skipped"),
      GUARD_IDS.filter((id) => !expected.includes(id)),
    );
  }
});

test("while a reference is pinned, the work tree is not judged", async (context) => {
  const stack = await guarded(context);
  writeFileSync(indexOf(stack), "changed\n");
  const found = await results(stack.settings, { ...stack.context, isPinning: true });
  assert.deepEqual(
    withVerdict(found, "pass"),
    GUARD_IDS.filter((id) => !IDS.git.includes(id)),
  );
  assert.equal(found.length, GUARD_IDS.length - IDS.git.length);
});

test("a caFile that cannot be read is named, blocks what needs it, and hides nothing else", async (context) => {
  const stack = await guarded(context);
  const { image } = stack.settings.guardrails;
  assert.ok(image !== undefined);
  const changed = withGuardrails(stack.settings, { image: { ...image, caFile: "gone.pem" } });
  const found = await results(changed, stack.context);
  assert.deepEqual(withVerdict(found, "unknown"), [...IDS.image, ...IDS.harbor, "staging-healthy"]);
  assert.deepEqual(withVerdict(found, "pass"), [...IDS.git, ...IDS.forge, "migrations-known"]);
  const message = `guardrails.image.caFile: ${stack.context.folder}/gone.pem cannot be read (ENOENT)`;
  for (const id of withVerdict(found, "unknown")) assert.equal(summaryOf(found, id), message);
});

test("a secret that is not set blocks, and the message says how to set it", async (context) => {
  const stack = await guarded(context);
  const found = await results(stack.settings, {
    ...stack.context,
    registryPassword: "",
    harborPassword: undefined,
  });
  assert.deepEqual(withVerdict(found, "unknown"), [...IDS.image, ...IDS.harbor]);
  assert.deepEqual(
    [summaryOf(found, "image-exists"), summaryOf(found, "robot-expiry")],
    ["registryPassword", "harborPassword"].map(
      (name) => `The secret ${name} is not set: pulumi config set --secret ${name}`,
    ),
  );
});

// What led to the outage, each from its own starting point.

test("a commit that was not pushed stops the deployment", async (context) => {
  const stack = await guarded(context);
  await stack.sandbox.commit(stack.context.folder, "hotfix.ts");
  const found = await results(stack.settings, stack.context);
  assert.deepEqual(withVerdict(found, "fail"), ["commit-pushed"]);
});

test("old code that was built again under the same tag stops the deployment", async (context) => {
  const stack = await guarded(context);
  const { state, children } = stack.release;
  for (const tag of state.tags.values()) tag.digest = children[0]?.digest ?? "";
  const found = await results(stack.settings, stack.context);
  assert.deepEqual(withVerdict(found, "fail"), [
    "image-tag-matches",
    "tag-immutable",
    "digest-retained",
  ]);
});

test("an image whose label names another commit stops the deployment", async (context) => {
  const stack = await guarded(context, {
    labels: { "org.opencontainers.image.revision": "f".repeat(COMMIT.length) },
  });
  const found = await results(stack.settings, stack.context);
  assert.deepEqual(withVerdict(found, "fail"), ["image-revision"]);
});

test("a pull secret that is still of the registry before stops the deployment", async (context) => {
  const stack = await guarded(context);
  const found = await results(
    { ...stack.settings, registryUsername: "robot$before+pull" },
    { ...stack.context, registryPassword: "dummy-password-of-before" },
  );
  const blocking = [...withVerdict(found, "fail"), ...withVerdict(found, "unknown")];
  assert.ok(blocking.includes("pull-credentials"), JSON.stringify(found));
  assert.ok(!JSON.stringify(found).includes("dummy-password-of-before"));
});

test("an image that is not in the registry moved to stops the deployment", async (context) => {
  const stack = await guarded(context);
  stack.release.state.content.delete(stack.release.digest);
  const found = await results(stack.settings, stack.context);
  assert.ok(withVerdict(found, "fail").includes("image-exists"));
});
