import assert from "node:assert/strict";
import { existsSync, globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { documented } from "../../policy/document.ts";
import { FAILURES } from "../../policy/failures.ts";
import { RULES } from "../../policy/rules/index.ts";
import {
  FAILURES as REPLAYED,
  type Layer as ReplayedLayer,
  LAYERS as REPLAYED_LAYERS,
} from "../../replay/result.ts";

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

/** What the page calls the layers that the replay tries alone. */
const REPLAYED_AS: Readonly<Record<ReplayedLayer, readonly string[]>> = {
  settings: ["settings and types"],
  policy: ["policy"],
  guards: ["guard before"],
  jobs: ["smoke test Job", "migration Job"],
  rollout: ["rollout settings"],
  admission: ["admission"],
  verification: ["verification"],
};

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

/** The first column of docs/faults.md, without its heading. */
const FAULTS = contentOf("docs/faults.md")
  .split("\n")
  .filter((line) => line.startsWith("| "))
  .slice(2)
  .map((line) => line.split(" | ")[0]?.slice(2).trim());

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

  test(`failure ${number.toString()}: each test, replay and fault is there`, () => {
    const shown = shownBy === "none" ? [] : shownBy.split("<br>");
    assert.deepEqual(
      shown.map((text) => problemOf(text, row)).filter((problem) => problem !== undefined),
      [],
    );
    assert.ok(shown.length > 0 || layersOf(row).includes("not stopped here"), "shown by nothing");
  });
}

/** What is wrong with one entry of the last column. */
function problemOf(shown: string, row: Row): string | undefined {
  const [, title = "", page = "", what = ""] = /^\[([^\]]+)\]\(([^)]+)\): (.+)$/.exec(shown) ?? [];
  if (page === "replay.md") return cellProblem(what, row);
  if (page === "faults.md") return FAULTS.includes(what) ? undefined : `no fault "${what}"`;
  const file = `test/${title}.test.ts`;
  const isThere = page === `../${file}` && existsSync(join(PROJECT, file));
  if (!isThere || !/^"[^"]+"$/.test(what)) return `no test, replay or fault: ${shown}`;
  return contentOf(file).includes(what) ? undefined : `${file} has no test ${what}`;
}

/** A failure of the replay, and layers that each stop or call it alone: those that the row says stop it. */
function cellProblem(cell: string, row: Row): string | undefined {
  const [failure = "", layers = ""] = cell.split(" × ");
  if (!Object.hasOwn(REPLAYED, failure)) return `the replay has no failure "${failure}"`;
  for (const layer of layers.split(", ")) {
    if (!isReplayed(layer)) return `the replay has no layer "${layer}"`;
    if (!REPLAYED_AS[layer].some((name) => layersOf(row).includes(name))) {
      return `the row names no layer that the replay calls ${layer}`;
    }
  }
  return undefined;
}

const isReplayed = (layer: string): layer is ReplayedLayer => Object.hasOwn(REPLAYED_LAYERS, layer);
