import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { hostname } from "node:os";
import { test } from "node:test";
import { isStale, lockHolders } from "../../commands/stale-lock.ts";

const DEAD = spawnSync(process.execPath, ["--version"]).pid;
const ALIVE = process.pid;

interface Lock {
  readonly pid: number;
  readonly host?: string;
  readonly user?: string;
}

const line = ({ pid, host = hostname(), user = "keeper" }: Lock): string =>
  `  file:///state/.pulumi/locks/organization/bookwyrm/books/${user}-${pid.toString()}.json: created by ${user}@${host} (pid ${pid.toString()}) at 2026-11-24T12:00:00Z`;

/** As the engine prints it. */
const message = (count: number, ...lines: readonly string[]): string =>
  [
    "code: 255",
    "stderr: error: the stack is currently locked by " +
      `${count.toString()} lock(s). Either wait for the other process(es) to end or delete the lock file with \`pulumi cancel\`.`,
    ...lines,
  ].join("\n");

const TABLE: readonly (readonly [string, string, boolean])[] = [
  ["of a process that is gone", message(1, line({ pid: DEAD })), true],
  [
    "of two that are gone",
    message(2, line({ pid: DEAD }), line({ pid: DEAD, user: "gardener" })),
    true,
  ],
  [
    "of a process that is gone, which the message names twice",
    message(1, line({ pid: DEAD }), line({ pid: DEAD })),
    true,
  ],
  ["of a process that lives, such as this one", message(1, line({ pid: ALIVE })), false],
  [
    "of one that lives, beside one that is gone",
    message(2, line({ pid: DEAD }), line({ pid: ALIVE })),
    false,
  ],
  ["of another user's process", message(1, line({ pid: 1 })), false],
  ["of another machine", message(1, line({ pid: DEAD, host: "runner-7" })), false],
  ["that cannot be read, beside one that can", message(2, line({ pid: DEAD }), "  ???"), false],
  ["without a process", message(1, "  created by nobody"), false],
  ["that is none", "code: 255\nstderr: [409] Conflict: Another update is in progress.", false],
  ["in an empty message", "", false],
];

for (const [name, text, expected] of TABLE) {
  test(`a lock ${name} is ${expected ? "" : "not "}stale`, () => {
    assert.equal(isStale(text, -Infinity), expected);
  });
}

test("what was locked before a container began may live outside of it", () => {
  const text = message(1, line({ pid: DEAD }));
  assert.equal(isStale(text, Date.parse("2026-11-24T11:59:59Z")), true);
  assert.equal(isStale(text, Date.parse("2026-11-24T12:00:01Z")), false);
});

test("who holds a lock is named once, with machine, process and time", () => {
  const lock = line({ pid: ALIVE, host: "runner-7" });
  assert.equal(
    lockHolders(message(1, lock, lock)),
    ` (keeper on runner-7, process ${ALIVE.toString()}, since 2026-11-24T12:00:00Z)`,
  );
  assert.equal(lockHolders("[409] Conflict: Another update is in progress."), "");
});
