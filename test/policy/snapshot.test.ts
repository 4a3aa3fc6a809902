import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { hasUnknown, snapshot, UNKNOWN as SYMBOL } from "../../policy/snapshot.ts";
import { UNKNOWN, unknownChecking } from "../support/policy.ts";

test("known values stay as they are", () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (props) => {
      const copy = snapshot(unknownChecking(props));
      assert.deepEqual(JSON.stringify(copy), JSON.stringify(props));
      assert.equal(hasUnknown(copy), false);
    }),
  );
});

test("what is not known is told apart, and hides nothing beside it", () => {
  const props = { a: UNKNOWN, b: [1, UNKNOWN, { c: UNKNOWN, d: "x" }], e: null, f: undefined };
  const copy = snapshot(unknownChecking(props));
  assert.deepEqual(copy, {
    a: SYMBOL,
    b: [1, SYMBOL, { c: SYMBOL, d: "x" }],
    e: null,
    f: undefined,
  });
  assert.equal(hasUnknown(copy), true);
  assert.equal(hasUnknown([{ a: 1 }, [[SYMBOL]]]), true);
});

test("an error of another kind is not taken for an unknown value", () => {
  const props = {
    get odd(): never {
      throw new Error("broken");
    },
  };
  assert.throws(() => snapshot(props), /broken/);
});
