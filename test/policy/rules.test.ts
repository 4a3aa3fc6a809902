import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { test } from "node:test";
import { rulesPage } from "../../policy/document.ts";
import { asPolicy } from "../../policy/rule.ts";
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

test("every rule is mandatory", () => {
  for (const rule of RULES) assert.equal(asPolicy(rule).enforcementLevel, "mandatory", rule.name);
});

test("no rule finds fault with a good workload of any kind", () => {
  for (const rule of RULES) {
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
  for (const { name, description } of RULES) {
    assert.ok(readme.includes(`| \`${name}\` | ${description} |`), name);
  }
});
