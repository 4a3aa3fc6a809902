import assert from "node:assert/strict";
import { test } from "node:test";
import { Ajv } from "ajv";
import fc from "fast-check";
import { PACK_CONFIGURED } from "../../policy/pack-rules.ts";
import { RULES } from "../../policy/rules/index.ts";
import { KEYWORDS, schemaMistakes } from "../../policy/schema.ts";

const SCHEMA = {
  properties: {
    count: { type: "integer", minimum: 1 },
    level: { type: "string", enum: ["a", "b"] },
    names: { type: "array", items: { type: "string", pattern: "^x" }, minItems: 1 },
    several: { type: "array", items: { type: ["string", "null"] }, minItems: 2 },
    on: { type: "boolean" },
    anything: { type: "object" },
    free: { description: "no type" },
  },
  required: ["count"],
} as const;

type Schema = Parameters<typeof schemaMistakes>[0];

const mistakes = (changes: object): string[] => {
  // Through JSON, in which a property that is undefined is none.
  const config = JSON.parse(JSON.stringify({ count: 1, ...changes })) as Record<string, unknown>;
  return schemaMistakes(SCHEMA as unknown as Schema, config).map(
    ({ path, problem }) => `${path} ${problem}`,
  );
};

test("what fits has no mistake", () => {
  const good = { level: "a", names: ["x"], several: ["a", null], on: false, anything: {}, free: 1 };
  assert.deepEqual(mistakes(good), []);
});

for (const [config, expected] of [
  [{ count: undefined }, "count is not set"],
  [{ count: 0 }, "count is 0, which is less than 1"],
  [{ count: 1.5 }, "count is 1.5, which is not of type integer"],
  [{ count: "1" }, 'count is "1", which is not of type integer'],
  [{ level: "c" }, 'level is "c", which is none of "a", "b"'],
  [{ names: [] }, "names is empty"],
  [{ names: "x" }, 'names is "x", which is not of type array'],
  [{ names: ["x", "y"] }, 'names[1] is "y", which does not match ^x'],
  [{ several: ["a"] }, "several has fewer than 2 items"],
  [{ several: ["a", 1] }, "several[1] is 1, which is not of type string or null"],
  [{ on: "true" }, 'on is "true", which is not of type boolean'],
  [{ anything: null }, "anything is null, which is not of type object"],
  [{ anything: [] }, "anything is [], which is not of type object"],
] as const) {
  test(`finds that ${expected}`, () => {
    assert.deepEqual(mistakes(config), [expected]);
  });
}

test("finds what the schema does not name, and what a rule without a schema is given", () => {
  assert.deepEqual(mistakes({ cuont: 1, toString: 1 }), [
    "cuont is no property of this rule; it takes count, level, names, several, on, anything, free",
    "toString is no property of this rule; it takes count, level, names, several, on, anything, free",
  ]);
  assert.deepEqual(schemaMistakes({}, { a: 1 }), [
    { path: "a", problem: "is set, and the rule takes no configuration" },
  ]);
});

test("agrees with a full implementation of JSON Schema", () => {
  const validate = new Ajv({ allowUnionTypes: true }).compile({
    type: "object",
    ...SCHEMA,
    additionalProperties: false,
  });
  const value = fc.oneof(
    fc.jsonValue({ maxDepth: 1 }),
    fc.constantFrom("a", "x", "xy", 1, 2, 0, null, true),
    fc.array(fc.constantFrom("x", "xy", "y", null, 1), { maxLength: 3 }),
  );
  const config = fc.record(
    {
      ...Object.fromEntries(Object.keys(SCHEMA.properties).map((name) => [name, value])),
      unknown: value,
    },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(config, (config) => {
      const found = schemaMistakes(SCHEMA as unknown as Schema, config);
      assert.equal(found.length === 0, validate(config));
    }),
    { numRuns: 5000 },
  );
});

test("the rules' schemas say nothing that is not understood, and describe every property", () => {
  for (const { name, configSchema } of [PACK_CONFIGURED, ...RULES]) {
    for (const [property, schema] of Object.entries(configSchema?.properties ?? {})) {
      const { items } = schema as { readonly items?: object };
      const keywords = [...Object.keys(schema), ...Object.keys(items ?? {})];
      const strange = keywords.filter((keyword) => !KEYWORDS.includes(keyword));
      assert.deepEqual(strange, [], `${name}.${property}`);
      assert.ok(schema.description, `${name}.${property} has no description`);
    }
  }
});
