import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { test } from "node:test";
import { parseDocument } from "yaml";
import { FAILURES } from "../../policy/failures.ts";
import { documented, rulesPage } from "../../policy/document.ts";
import { RULES } from "../../policy/rules/index.ts";
import { everyWorkload, goodPodSpec, problems } from "../support/policy.ts";

const PROJECT = join(import.meta.dirname, "../..");
const names = RULES.map(({ name }) => name);
const CONFIG = { registries: ["harbor.example.org/uostas"] };

const filesIn = (folder: string, ending: string): string[] =>
  globSync(`*${ending}`, { cwd: join(PROJECT, folder) })
    .map((file) => basename(file, ending))
    .sort();

test("every rule is listed once, named like its file, and tested", () => {
  assert.deepEqual(names, [...names].sort());
  assert.deepEqual(
    names,
    filesIn("policy/rules", ".ts").filter((name) => name !== "index"),
  );
  assert.deepEqual(names, filesIn("test/policy/rules", ".test.ts"));
});

test("every failure that a rule stops is a known one, named once and in order", () => {
  for (const { name, failures } of RULES) {
    const known = [...new Set(failures)].filter((number) => number in FAILURES);
    assert.deepEqual(
      failures,
      known.sort((a, b) => a - b),
      name,
    );
  }
});

test("the examples of every rule are YAML", () => {
  for (const { name, examples } of RULES) {
    for (const example of [examples.good, examples.bad]) {
      assert.deepEqual(parseDocument(example).errors, [], name);
    }
  }
});

test("no rule finds fault with a good workload of any kind", () => {
  for (const rule of RULES.filter((rule) => "judge" in rule)) {
    for (const [type, props] of everyWorkload(goodPodSpec())) {
      assert.deepEqual(problems(rule, type, props, CONFIG), [], `${rule.name} on ${type}`);
    }
  }
});

test("the page of the rules is what `wyrm policy docs` writes", () => {
  const page = readFileSync(join(PROJECT, "policy/rules/README.md"), "utf8");
  assert.equal(page, rulesPage(RULES));
});

test("README lists every rule with its sentence", () => {
  const readme = readFileSync(join(PROJECT, "README.md"), "utf8").replaceAll(/ +/g, " ");
  for (const { name, description } of documented(RULES)) {
    assert.ok(readme.includes(`| \`${name}\` | ${description} |`), name);
  }
});
