import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { type CheckResult, runChecks } from "../../checks/check.ts";
import { contextCommittedCheck } from "../../image/context-committed.ts";
import { contextOf, entersBy } from "../../image/context.ts";
import { GitSandbox } from "../support/git.ts";

const DOCKERFILE = join(import.meta.dirname, "../../image/Dockerfile");

const write = (folder: string, ...files: readonly string[]): void => {
  for (const file of files) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), "");
  }
};

async function judge(sandbox: GitSandbox, clone: string): Promise<CheckResult> {
  const repository = sandbox.repository(clone);
  const enters = contextOf(DOCKERFILE, clone);
  const check = contextCommittedCheck({ repository, enters });
  const [result] = await runChecks([check], { timeoutMs: 10_000 });
  assert.ok(result);
  return result;
}

test("ignored files that get into the image are refused, by name, whoever ignores them", async (context) => {
  const sandbox = new GitSandbox(context);
  const { clone } = await sandbox.pushed();
  await sandbox.commit(clone, ".gitignore", "*.db\n");
  writeFileSync(sandbox.path("ignore"), "*.swp\n");
  await sandbox.git(clone, "config", "--global", "core.excludesFile", sandbox.path("ignore"));
  writeFileSync(join(clone, ".git/info/exclude"), "/celerywyrm/own/\n");
  write(clone, "bookwyrm/a.db", "bookwyrm/views/.b.py.swp", "celerywyrm/own/c.py");
  const { verdict, summary, evidence, remedy } = await judge(sandbox, clone);
  assert.deepEqual(
    { verdict, summary, evidence, remedy },
    {
      verdict: "fail",
      summary: "Git ignores 3 files here that would get into the image, though in no commit.",
      evidence: [
        "ignored: bookwyrm/a.db",
        "ignored: bookwyrm/views/.b.py.swp",
        "ignored: celerywyrm/own/c.py",
      ],
      remedy: `Move them out of ${clone}, or delete them. To see why git ignores one: git check-ignore --verbose bookwyrm/a.db`,
    },
  );
});

test("ignored files that stay out of the image are nobody's concern", async (context) => {
  const sandbox = new GitSandbox(context);
  const { clone } = await sandbox.pushed();
  await sandbox.commit(clone, ".gitignore", "*.db\n__pycache__/\n.env\n/static/\n");
  write(
    clone,
    "a.db",
    "venv/b.db",
    "bookwyrm/tests/c.db",
    "static/d.css",
    ".env",
    "bookwyrm/.env",
    "bookwyrm/__pycache__/e.cpython-311.pyc",
  );
  const { verdict, summary } = await judge(sandbox, clone);
  assert.deepEqual([verdict, summary], ["pass", "No file that git ignores gets into the image."]);
});

test("of many files the first ten are named", async (context) => {
  const sandbox = new GitSandbox(context);
  const { clone } = await sandbox.pushed();
  await sandbox.commit(clone, ".gitignore", "*.db\n");
  write(clone, ...Array.from({ length: 12 }, (_, index) => `bookwyrm/${index.toString()}.db`));
  const { evidence = [] } = await judge(sandbox, clone);
  assert.deepEqual([evidence.length, evidence.at(-1)], [11, "and 2 more"]);
});

test("a folder that git does not know is no pass", async (context) => {
  const sandbox = new GitSandbox(context);
  mkdirSync(sandbox.path("none"));
  assert.equal((await judge(sandbox, sandbox.path("none"))).verdict, "unknown");
});

test("the clone's own .dockerignore counts where the Dockerfile brings none", (context) => {
  const sandbox = new GitSandbox(context);
  const dockerfile = sandbox.path("Dockerfile");
  assert.ok(contextOf(dockerfile, sandbox.folder)("a.db"));
  writeFileSync(sandbox.path(".dockerignore"), "*.db\n");
  assert.ok(!contextOf(dockerfile, sandbox.folder)("a.db"));
  writeFileSync(`${dockerfile}.dockerignore`, "");
  assert.ok(contextOf(dockerfile, sandbox.folder)("a.db"));
});

for (const [dockerignore, inside, outside] of [
  ["", ["a", "b/c"], []],
  ["# a\n\n  b  \n", ["a", "bb", "c/b"], ["b", "b/c"]],
  ["*\n!b\n", ["b", "b/c/d"], ["a", "a/b"]],
  ["*\n!b\nb/c\n!b/c/d", ["b/e", "b/c/d/e"], ["b/c/f"]],
  ["**/*.py[co]\n", ["a.py", "a.pyx"], ["a.pyc", "b/c/a.pyo"]],
  ["/a/\n./b\nc/**\n", ["d/a", "d/b"], ["a", "b", "c/d/e"]],
  ["a?.b\n\\*c\n", ["a/.b", "aabb", "cc"], ["ax.b", "*c"]],
] as const) {
  test(`what gets into a build by ${JSON.stringify(dockerignore)}`, () => {
    const enters = entersBy(dockerignore);
    const all = [...inside, ...outside];
    assert.deepEqual(all.filter(enters), inside);
  });
}

test("by this project's own, what a running BookWyrm reads", () => {
  const enters = entersBy(readFileSync(`${DOCKERFILE}.dockerignore`, "utf8"));
  const inside = ["VERSION", "bookwyrm/settings.py", "locale/de/LC_MESSAGES/django.mo"];
  const outside = [".env", "images/a.jpg", "bookwyrm/.env.local", "bookwyrm/tests/a.py"];
  assert.deepEqual([...inside, ...outside].filter(enters), inside);
});
