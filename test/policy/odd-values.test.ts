import assert from "node:assert/strict";
import { test } from "node:test";
import { RULES } from "../../policy/rules/index.ts";
import { FAULTY_OBJECTS } from "../support/faulty-objects.ts";
import { stackResource, UNKNOWN } from "../support/policy.ts";

// A rule that throws ends the run of all rules, and the engine says nothing about any resource.

const ODD_VALUES: readonly unknown[] = [
  null,
  1,
  "text",
  "",
  true,
  [],
  [null],
  {},
  UNKNOWN,
  [UNKNOWN],
];
const CONFIG = { registries: ["harbor.example.org/uostas"] };
const rules = RULES.filter((rule) => "judge" in rule);

/** The object with one value replaced, for each place in it. */
function* withOneReplaced(value: unknown, odd: unknown): Generator {
  yield odd;
  if (typeof value !== "object" || value === null) return;
  for (const [key, below] of Object.entries(value)) {
    for (const replaced of withOneReplaced(below, odd)) {
      yield Array.isArray(value)
        ? value.with(Number(key), replaced)
        : { ...value, [key]: replaced };
    }
  }
}

for (const name of [
  "beat-not-autoscaled",
  "code-not-hidden",
  "disruption-budget-allows-drain",
  "job-fails-fast",
  "no-opaque-carriers",
]) {
  test(`no value is so odd that a rule throws, in any place of the object of ${name}`, () => {
    const object = FAULTY_OBJECTS.find((each) => each.name === name);
    assert.ok(object);
    for (const odd of ODD_VALUES) {
      for (const inputs of withOneReplaced(object.inputs, odd)) {
        const resource = stackResource(object.type, name, { props: inputs as object });
        for (const rule of rules) rule.judge(resource, CONFIG);
      }
    }
  });
}

test("a kind that is named like a member of every object is judged like any other", () => {
  for (const kind of ["constructor", "__proto__", "toString"]) {
    const props = { items: [{ apiVersion: "v1", kind, spec: {} }] };
    const list = stackResource("kubernetes:core/v1:List", "list", { props });
    for (const rule of rules) rule.judge(list, CONFIG);
  }
});
