import assert from "node:assert/strict";
import { test } from "node:test";
import { committedStack, type Config, DUMMY_SECRETS } from "../support/committed-stack.ts";
import { TestStack } from "../support/stack.ts";

for (const stack of ["staging", "prod"] as const) {
  test(`${stack} previews on a real API server, and passes the policies`, async () => {
    await using preview = await TestStack.create();
    preview.configure(committedStack(stack));
    await preview.setSecrets(DUMMY_SECRETS);
    const { exitCode, output } = await preview.run("preview", [
      "--policy-pack=policy",
      `--policy-pack-config=policy-config/${stack}.json`,
    ]);
    assert.equal(exitCode, 0, output);
    assert.match(output, /to create/);
    assert.doesNotMatch(output, /dummy-/);
  });
}

const IMAGE = String(committedStack("prod")["bookwyrm:image"]);
const [TAGGED = "", DIGEST = ""] = IMAGE.split("@");

const MISTAKES: readonly (readonly [what: string, change: Config, message: RegExp])[] = [
  ["a tag without a digest", { "bookwyrm:image": TAGGED }, /image .*has no digest/],
  ["no tag", { "bookwyrm:image": `harbor.example.org/uostas/bookwyrm@${DIGEST}` }, /has no tag/],
  [
    "a digest that is cut short",
    { "bookwyrm:image": IMAGE.slice(0, -4) },
    /digest that is not sha256: and 64 lower-case hex digits/,
  ],
  [
    "an unknown queue",
    { "bookwyrm:workers": [{ name: "worker", queues: ["hgih_priority"] }] },
    /workers\[0\]\.queues\[0\] .*hgih_priority/,
  ],
  [
    "queues that no worker serves",
    { "bookwyrm:workers": [{ name: "worker", queues: ["inbox"] }] },
    /serves no worker for high_priority/,
  ],
  ["a text for a number", { "bookwyrm:web": { replicas: "many" } }, /web\.replicas .*many/],
];

/** Everything wrong at once: one run must show all of it. */
const ALL = Object.assign({}, ...MISTAKES.slice(2).map(([, change]) => change)) as Config;

for (const [what, change, message] of [
  ...MISTAKES,
  ["no image at all", { "bookwyrm:image": "" }, /image .*is not set/] as const,
]) {
  test(`${what} is refused before anything is registered`, async () => {
    await using stack = await TestStack.create();
    stack.configure({ ...committedStack("prod"), ...change });
    await stack.setSecrets(DUMMY_SECRETS);
    const { exitCode, output } = await stack.up();
    assert.notEqual(exitCode, 0, output);
    assert.match(output, message);
    assert.doesNotMatch(output, /\n\s+at .*\.[jt]s:\d/, "a stack trace is no message");
    assert.deepEqual(
      (await stack.state()).filter(({ type }) => type !== "pulumi:pulumi:Stack"),
      [],
    );
  });
}

test("all mistakes are reported together", async () => {
  await using stack = await TestStack.create();
  stack.configure({ ...committedStack("prod"), ...ALL });
  await stack.setSecrets(DUMMY_SECRETS);
  const { output } = await stack.run("preview");
  for (const message of [/digest that is not sha256/, /workers/, /web\.replicas/]) {
    assert.match(output, message);
  }
});

test("a missing secret, and one in clear, are refused by name", async () => {
  await using stack = await TestStack.create();
  stack.configure(committedStack("prod"));
  const { postgresPassword: _missing, ...others } = DUMMY_SECRETS;
  await stack.setSecrets(others);
  const missing = await stack.run("preview");
  assert.notEqual(missing.exitCode, 0);
  assert.match(missing.output, /postgresPassword/);

  stack.configure({ ...committedStack("prod"), "bookwyrm:postgresPassword": "in-clear" });
  await stack.setSecrets(others);
  const clear = await stack.run("preview");
  assert.notEqual(clear.exitCode, 0);
  assert.match(clear.output, /postgresPassword.*secret/s);
  assert.doesNotMatch(clear.output, /in-clear/);
});

test("an image from another registry is refused by the policies", async () => {
  await using stack = await TestStack.create();
  stack.configure({
    ...committedStack("prod"),
    "bookwyrm:image": IMAGE.replace("harbor.example.org", "harbor.example.org.evil.io"),
  });
  await stack.setSecrets(DUMMY_SECRETS);
  const { exitCode, output } = await stack.run("preview", [
    "--policy-pack=policy",
    "--policy-pack-config=policy-config/prod.json",
  ]);
  assert.notEqual(exitCode, 0);
  assert.match(output, /\[mandatory\].*image-from-allowed-registry/);
  assert.match(output, /comes from harbor\.example\.org\.evil\.io/);
});

test("a cluster that does not exist, or does not answer, is named", async () => {
  await using stack = await TestStack.create();
  stack.configure({ ...committedStack("prod"), "bookwyrm:context": "nowhere" });
  await stack.setSecrets(DUMMY_SECRETS);
  const { exitCode, output } = await stack.up();
  assert.notEqual(exitCode, 0);
  assert.match(output, /nowhere/);
  const left = (await stack.state()).map(({ type }) => type);
  assert.deepEqual(
    left.filter((type) => type.startsWith("kubernetes:")),
    [],
  );
});
