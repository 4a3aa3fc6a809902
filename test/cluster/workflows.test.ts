import assert from "node:assert/strict";
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { parse } from "yaml";
import { inLab, PROJECT } from "../support/lab.ts";
import type { Result } from "../support/run.ts";

const files = globSync(".github/workflows/*.yml", { cwd: PROJECT });

/** Built by Go from its pinned module, as the lab's programs are. */
const lint = (file: string): Promise<Result> =>
  inLab(["go", "tool", "actionlint", "-no-color", "-shellcheck=", "-pyflakes=", file], {
    cwd: join(PROJECT, "lab/go/actionlint"),
  });

test("there is a workflow to look at, and the linter finds a fault", async (context) => {
  assert.ok(files.includes(".github/workflows/image.yml"));
  const folder = mkdtempSync(join(tmpdir(), "workflows-"));
  context.after(() => {
    rmSync(folder, { recursive: true });
  });
  const faulty = join(folder, "faulty.yml");
  const text = readFileSync(join(PROJECT, ".github/workflows/image.yml"), "utf8");
  writeFileSync(faulty, text.replaceAll("needs: build", "needs: biuld"));
  const { exitCode, output } = await lint(faulty);
  assert.equal(exitCode, 1, output);
  assert.match(output, /biuld/);
});

for (const file of files) {
  test(`${file} has no fault that actionlint knows`, async () => {
    const { exitCode, output } = await lint(join(PROJECT, file));
    assert.equal(exitCode, 0, output);
  });

  test(`${file} names every action by a commit, and grants nothing to all jobs`, () => {
    const text = readFileSync(join(PROJECT, file), "utf8");
    const actions = [...text.matchAll(/uses: (\S+)/g)].map(([, action = ""]) => action);
    assert.deepEqual(
      actions.filter((action) => !/@[0-9a-f]{40}$/.test(action)),
      [],
    );
    assert.deepEqual((parse(text) as { readonly permissions: unknown }).permissions, {});
  });
}
