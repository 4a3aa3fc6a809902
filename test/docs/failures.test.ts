import assert from "node:assert/strict";
import { existsSync, globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { documented } from "../../policy/document.ts";
import { FAILURES } from "../../policy/failures.ts";
import { RULES } from "../../policy/rules/index.ts";

const PROJECT = join(import.meta.dirname, "../..");
const contentOf = (file: string): string => readFileSync(join(PROJECT, file), "utf8");

const LAYERS = [
  "settings and types",
  "policy",
  "guard before",
  "smoke test Job",
  "migration Job",
  "rollout settings",
  "admission",
  "verification",
  "build",
  "not stopped here",
];

interface Row {
  readonly number: number;
  readonly failure: string;
  readonly stoppedBy: string;
  readonly shownBy: string;
}

const ROWS: readonly Row[] = contentOf("docs/failures.md")
  .split("\n")
  .filter((line) => /^\| \d/.test(line))
  .map((line) => {
    const [number = "", failure = "", stoppedBy = "", shownBy = ""] = line
      .slice(2, -2)
      .split(" | ");
    return { number: Number(number), failure, stoppedBy, shownBy };
  });

const rules = documented(RULES);
const ruleNames = rules.map(({ name }) => name);
/** From the text of the files: a check exists only once it is given what it asks. */
const checkIds = globSync("{checks,image}/**/*.ts", { cwd: PROJECT }).flatMap((file) =>
  [...contentOf(file).matchAll(/\b(?:id: |ID = )"([a-z-]+)"/g)].map(([, id = ""]) => id),
);

/** What stands in code marks. */
const namesIn = (text: string): string[] =>
  [...text.matchAll(/`([^`]+)`/g)].map(([, name = ""]) => name);

const layersOf = ({ stoppedBy }: Row): string[] =>
  stoppedBy.split("<br>").map((part) => /^\*\*([^*]+)\*\*: /.exec(part)?.[1] ?? part);

test("every failure has one row, in its own words and in order", () => {
  assert.deepEqual(
    ROWS.map(({ number, failure }) => [number, failure]),
    Object.entries(FAILURES).map(([number, failure]) => [Number(number), failure]),
  );
});

for (const row of ROWS) {
  const { number, failure, stoppedBy, shownBy } = row;

  test(`failure ${number.toString()} (${failure}) names the rules that list it, and no other`, () => {
    const listing = rules.filter(({ failures }) => failures.includes(number));
    assert.deepEqual(
      namesIn(stoppedBy)
        .filter((name) => ruleNames.includes(name))
        .sort(),
      listing.map(({ name }) => name),
    );
  });

  test(`failure ${number.toString()}: each layer is one, and each name a rule, a check or a file`, () => {
    assert.deepEqual(
      layersOf(row).filter((layer) => !LAYERS.includes(layer)),
      [],
    );
    const unknown = namesIn(stoppedBy).filter(
      (name) =>
        !name.startsWith("--") &&
        !ruleNames.includes(name) &&
        !checkIds.includes(name) &&
        !existsSync(join(PROJECT, name)),
    );
    assert.deepEqual(unknown, []);
  });

  test(`failure ${number.toString()}: each test is there`, () => {
    const tests = [...shownBy.matchAll(/\[([^\]]+)\]\(\.\.\/([^)]+)\): "([^"]+)"/g)];
    assert.deepEqual(
      tests.map(([whole]) => whole),
      shownBy === "none" ? [] : shownBy.split("<br>"),
    );
    for (const [, title = "", file = "", name = ""] of tests) {
      assert.equal(file, `test/${title}.test.ts`);
      assert.ok(contentOf(file).includes(`"${name}"`), `${file} has no test "${name}"`);
    }
    assert.ok(tests.length > 0 || layersOf(row).includes("not stopped here"), "shown by no test");
  });
}
