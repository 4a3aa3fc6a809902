import assert from "node:assert/strict";
import { test } from "node:test";
import { parseStatus } from "../../../checks/git/status.ts";

const SHA = "a".repeat(40);
const HASHES = `${SHA} ${SHA}`;

const nul = (...entries: readonly string[]): string =>
  entries.map((entry) => `${entry}\0`).join("");

test("a clean work tree has a commit, a branch and no changes", () => {
  const text = nul(`# branch.oid ${SHA}`, "# branch.head main", "# branch.ab +0 -0");
  assert.deepEqual(parseStatus(text), { commit: SHA, branch: "main", changes: [] });
});

test("no commit and no branch are undefined", () => {
  const text = nul("# branch.oid (initial)", "# branch.head (detached)");
  assert.deepEqual(parseStatus(text), { commit: undefined, branch: undefined, changes: [] });
});

test("every kind of entry gives its path, spaces and line ends in it included", () => {
  const text = nul(
    `1 .M N... 100644 100644 100644 ${HASHES} a file`,
    `2 R. N... 100644 100644 100644 ${HASHES} R100 new name`,
    "old name",
    `u UU N... 100644 100644 100644 100644 ${SHA} ${HASHES} in\nconflict`,
    "? un tracked",
  );
  assert.deepEqual(parseStatus(text).changes, [
    { path: "a file", kind: "changed" },
    { path: "new name", kind: "changed" },
    { path: "in\nconflict", kind: "in conflict" },
    { path: "un tracked", kind: "untracked" },
  ]);
});

test("an entry of another kind is an error, not nothing", () => {
  assert.throws(() => parseStatus(nul("9 something new")), {
    message: "git status printed an unknown entry: 9 something new",
  });
});
