import assert from "node:assert/strict";
import { test } from "node:test";
import * as packRules from "../../policy/pack-rules.ts";
import { RULES } from "../../policy/rules/index.ts";
import { schemaMistakes } from "../../policy/schema.ts";

const CONFIGURED = [...RULES, ...Object.values(packRules)].filter(
  ({ configSchema }) => configSchema !== undefined,
);

/** What a stack may write for a rule, and what is refused, with the mistake that is told. */
const CONFIGURATIONS: Readonly<
  Record<
    string,
    readonly (readonly [property: string, good: unknown, bad: unknown, says: string])[]
  >
> = {
  "grace-period-set": [["least", 1, 0, "is 0, which is less than 1"]],
  "image-build-publishes-release": [
    ["registries", ["harbor.example.org/uostas"], [], "is empty"],
    ["registries", ["harbor.example.org/uostas"], [1], "[0] is 1, which is not of type string"],
  ],
  "image-from-allowed-registry": [
    ["registries", ["harbor.example.org/uostas"], [], "is empty"],
    ["registries", ["harbor.example.org/uostas"], undefined, "is not set"],
    ["registries", ["harbor.example.org/uostas"], [1], "[0] is 1, which is not of type string"],
    ["proxyCacheProjects", [], [1], "[0] is 1, which is not of type string"],
  ],
  "image-pull-policy-set": [
    ["allowed", ["Always"], [], "is empty"],
    [
      "allowed",
      ["Always", "IfNotPresent"],
      ["Never"],
      `[0] is "Never", which is none of "Always", "IfNotPresent"`,
    ],
  ],
  "min-ready-seconds-set": [["least", 1, 0, "is 0, which is less than 1"]],
  "no-credentials-in-clear": [["allowed", [], [1], "[0] is 1, which is not of type string"]],
  "no-opaque-carriers": [["allowed", [], [1], "[0] is 1, which is not of type string"]],
  "pack-configured": [["protected", false, "false", `is "false", which is not of type boolean`]],
  "pull-secret-exists": [["existing", [], [1], "[0] is 1, which is not of type string"]],
  "pull-secret-opens-registry": [
    ["hosts", ["harbor.example.org"], [], "is empty"],
    ["hosts", ["harbor.example.org"], [1], "[0] is 1, which is not of type string"],
    ["robotPrefix", "bot-", 1, "is 1, which is not of type string"],
  ],
  "worker-serves-known-queues": [["otherQueues", [], [1], "[0] is 1, which is not of type string"]],
};

test("every rule that can be configured is in this table, with all its properties", () => {
  const properties = CONFIGURED.map(({ name, configSchema }) => [
    name,
    Object.keys(configSchema?.properties ?? {}).sort(),
  ]);
  const listed = Object.entries(CONFIGURATIONS).map(([name, rows]) => [
    name,
    [...new Set(rows.map(([property]) => property))].sort(),
  ]);
  assert.deepEqual(listed, properties.sort());
});

for (const [name, rows] of Object.entries(CONFIGURATIONS)) {
  test(`${name} takes what it is meant to, and says what is wrong with the rest`, () => {
    const { configSchema: schema = {} } = CONFIGURED.find((rule) => rule.name === name) ?? {};
    const needed = Object.fromEntries(rows.map(([property, good]) => [property, good]));
    for (const [property, good, bad, says] of rows) {
      assert.deepEqual(schemaMistakes(schema, { ...needed, [property]: good }), []);
      const { [property]: _, ...others } = needed;
      const wrong = bad === undefined ? others : { ...others, [property]: bad };
      assert.deepEqual(
        schemaMistakes(schema, wrong).map(({ path, problem }) => `${path} ${problem}`),
        [`${property}${says.startsWith("[") ? "" : " "}${says}`],
      );
    }
  });
}

test("each property is explained", () => {
  for (const { name, configSchema } of CONFIGURED) {
    for (const [property, { description = "" }] of Object.entries(configSchema?.properties ?? {})) {
      assert.match(description, /\w{3}/, `${name}: ${property}`);
    }
  }
});
