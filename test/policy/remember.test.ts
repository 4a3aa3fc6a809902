import assert from "node:assert/strict";
import { test } from "node:test";
import type { Policies } from "@pulumi/policy";
import { readMessagesOnce, remembered } from "../../policy/remember.ts";
import { analyze, analyzeStack } from "../support/analyzer.ts";
import { UNKNOWN } from "../support/policy.ts";

readMessagesOnce();

const THING = { type: "test:index:Thing", name: "a", props: { colour: "red", size: UNKNOWN } };

const looking = (seen: unknown[]): Policies => {
  const policy = {
    description: "",
    validateResource: ({ props }: { props: unknown }) => void seen.push(props),
  };
  return [
    { ...policy, name: "one" },
    { ...policy, name: "two" },
  ];
};

test("all policies see one copy of a resource, and another one of the next", async () => {
  const seen: unknown[] = [];
  await analyze(looking(seen), THING);
  await analyze(looking(seen), THING);
  const [first, second, third, fourth] = seen;
  assert.equal(first, second);
  assert.equal(third, fourth);
  assert.notEqual(first, third);
  assert.deepEqual(Object.keys(first as object), ["colour", "size"]);
  assert.equal((first as { colour: string }).colour, "red");
  assert.throws(() => (first as { size: string }).size, /can't be known/);
});

test("so do policies about the stack", async () => {
  const seen: unknown[] = [];
  const policy = {
    description: "",
    validateStack: ({ resources }: { resources: { props: unknown }[] }) =>
      void seen.push(resources[0]?.props),
  };
  await analyzeStack(
    [
      { ...policy, name: "one" },
      { ...policy, name: "two" },
    ],
    [THING],
  );
  assert.equal(seen.length, 2);
  assert.equal(seen[0], seen[1]);
});

test("what was computed for an object is not computed again, whatever it is", () => {
  const asked: object[] = [];
  const nothing = remembered((key: object): undefined => {
    asked.push(key);
  });
  const [one, other] = [{}, {}];
  assert.deepEqual([one, one, other].map(nothing), [undefined, undefined, undefined]);
  assert.deepEqual(asked, [one, other]);
});
