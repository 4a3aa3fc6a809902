import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { PIN_USAGE, PROMOTE_USAGE, USAGE } from "../../commands/usage.ts";
import { type Result, run } from "../support/run.ts";

const PROJECT = join(import.meta.dirname, "../..");

const wyrm = (...args: readonly string[]): Promise<Result> =>
  run([process.execPath, join(PROJECT, "commands/wyrm.ts"), ...args]);

const PIN = `\`wyrm pin\` needs a stack, and one of a tag, a reference and --from-image:\n${PIN_USAGE}`;
const PROMOTE = `\`wyrm promote\` needs two stacks:\n${PROMOTE_USAGE}`;

const MISTAKES: readonly (readonly [readonly string[], string])[] = [
  ...["guard", "deploy", "verify", "rollback"].map(
    (command) =>
      [
        [command],
        `\`wyrm ${command}\` needs a stack, for example \`wyrm ${command} staging\``,
      ] as const,
  ),
  [["deploy", "staging", "prod"], "`wyrm deploy` takes one stack, not staging and prod"],
  [["deploy", "staging", "--soak", "x"], '--soak "x" is not a number of seconds'],
  [["verify", "staging", "--soak=-1"], '--soak "-1" is not a number of seconds'],
  [["pin"], PIN],
  [["pin", "staging"], PIN],
  [["pin", "staging", "a-tag", "--from-image", "books"], PIN],
  [["promote", "staging"], PROMOTE],
  [["promote", "staging", "staging"], PROMOTE],
  [["promote", "staging", "prod", "more"], PROMOTE],
  [["destroy"], `"destroy" is not a command of wyrm:\n${USAGE}`],
];

for (const [args, message] of MISTAKES) {
  test(`wyrm ${args.join(" ")} is a mistake that says what to write`, async () => {
    assert.deepEqual(await wyrm(...args), { exitCode: 2, output: `${message}\n` });
  });
}

test("an option that does not exist is a mistake too", async () => {
  const { exitCode, output } = await wyrm("deploy", "--force");
  assert.equal(exitCode, 2);
  assert.match(output, /^Unknown option '--force'\..*\n$/);
});

test("a stack that does not exist is one line, without a stack trace", async () => {
  assert.deepEqual(await wyrm("guard", "nowhere"), {
    exitCode: 2,
    output: `There is no stack "nowhere": ${join(PROJECT, "Pulumi.nowhere.yaml")} does not exist.\n`,
  });
  assert.equal((await wyrm("--json", "verify", "nowhere")).exitCode, 2);
  assert.equal((await wyrm("promote", "nowhere", "prod")).exitCode, 1);
});

test("without a command, and with --help, it says what there is", async () => {
  assert.deepEqual(await wyrm(), { exitCode: 0, output: `${USAGE}\n` });
  assert.deepEqual(await wyrm("deploy", "--help"), { exitCode: 0, output: `${USAGE}\n` });
});
