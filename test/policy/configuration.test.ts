import assert from "node:assert/strict";
import { test } from "node:test";
import { parseConfiguration } from "../../policy/configuration.ts";
import { settingsOf } from "../../policy/settings.ts";

const FILE = "policy-config/prod.json";
const KNOWN = [{ name: "limited" }, { name: "strict", isExemptible: false as const }];

const parse = (value: unknown) => {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  const { rules, mistakes } = parseConfiguration(FILE, text, KNOWN);
  return {
    rules: Object.fromEntries(rules),
    mistakes: mistakes.map(({ path, problem }) => `${path} ${problem}`),
  };
};

test("a stack without a file configures nothing, and that is no mistake", () => {
  const { rules, mistakes } = parseConfiguration(FILE, undefined, KNOWN);
  assert.deepEqual([rules.size, mistakes], [0, []]);
});

test("a rule has a level, properties, or both, as --policy-pack-config has", () => {
  assert.deepEqual(parse({ limited: "advisory" }).rules, {
    limited: { level: "advisory", config: {} },
  });
  assert.deepEqual(parse({ limited: { limit: 1 }, strict: {} }).rules, {
    limited: { level: "mandatory", config: { limit: 1 } },
    strict: { level: "mandatory", config: {} },
  });
  assert.deepEqual(parse({ limited: { enforcementLevel: "disabled", limit: 1 } }).rules, {
    limited: { level: "disabled", config: { limit: 1 } },
  });
});

test("every mistake is named, and the rest is taken", () => {
  const { rules, mistakes } = parse({
    limitted: { limit: 1 },
    toString: "disabled",
    limited: { enforcementLevel: "mandatry" },
    strict: "mandatory",
  });
  assert.deepEqual(mistakes, [
    `${FILE}: limitted is no rule of this pack`,
    `${FILE}: toString is no rule of this pack`,
    `${FILE}: limited has the enforcementLevel "mandatry"`,
  ]);
  assert.deepEqual(Object.keys(rules), ["strict"]);
});

test("a rule that cannot be switched off is neither switched off nor made milder", () => {
  for (const level of ["disabled", "advisory"]) {
    for (const value of [level, { enforcementLevel: level }]) {
      assert.deepEqual(parse({ strict: value }), {
        rules: {},
        mistakes: [`${FILE}: strict is ${level}, and this rule cannot be switched off`],
      });
    }
  }
});

for (const value of ["{", "", "[]", "null", '"disabled"', "1"]) {
  test(`${value || "an empty file"} is no configuration`, () => {
    assert.deepEqual(parse(value), { rules: {}, mistakes: [`${FILE} is no JSON object`] });
  });
}

for (const value of [1, null, true, [], "remediate"]) {
  test(`${JSON.stringify(value)} configures no rule`, () => {
    const mistakes = [`${FILE}: limited is ${JSON.stringify(value)}`];
    assert.deepEqual(parse({ limited: value }), { rules: {}, mistakes });
  });
}

const RULE = {
  name: "limited",
  description: "",
  severity: "low",
  why: "",
  failures: [],
  examples: { good: "", bad: "" },
  configSchema: {
    properties: { limit: { type: "integer", description: "how many" }, on: { type: "boolean" } },
    required: ["limit"],
  },
} as const;

const settings = (fromFile: object | undefined, fromEngine: Record<string, unknown>) =>
  settingsOf(RULE as unknown as Parameters<typeof settingsOf>[0], {
    file: FILE,
    fromFile: fromFile && { level: "advisory", config: { ...fromFile } },
    fromEngine,
  });

test("--policy-pack-config goes before the stack's file", () => {
  assert.deepEqual(settings({ limit: 1, on: true }, { limit: 2 }), {
    level: "advisory",
    config: { limit: 2, on: true },
    mistakes: [],
  });
});

test("a rule without a file is mandatory, and says what is missing and where to write it", () => {
  assert.deepEqual(settings(undefined, {}), {
    level: "mandatory",
    config: {},
    mistakes: [
      {
        path: `${FILE}: limited.limit`,
        problem: "is not set",
        fix: `write { "limited": { "limit": … } } into ${FILE} beside the folder of the pack (how many)`,
      },
    ],
  });
});

test("a mistake names the source that it stands in", () => {
  const { mistakes } = settings({ limit: "1" }, { on: 1, off: 2 });
  assert.deepEqual(
    mistakes.map(({ path, problem, fix }) => `${path} ${problem} | ${fix}`),
    [
      `${FILE}: limited.limit is "1", which is not of type integer | correct it (how many)`,
      "--policy-pack-config: limited.on is 1, which is not of type boolean | correct it (see policy/rules/README.md#limited)",
      "--policy-pack-config: limited.off is no property of this rule; it takes limit, on | correct it (see policy/rules/README.md#limited)",
    ],
  );
});
