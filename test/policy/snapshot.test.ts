import assert from "node:assert/strict";
import { test } from "node:test";
import proxy from "@pulumi/policy/proxy.js";
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

test("so is every unknown value that the SDK knows, whatever its type", () => {
  const unknowns = Object.entries(proxy).filter(([name]) => /^unknown.*Value$/.test(name));
  assert.equal(unknowns.length, 7);
  for (const [name, value] of unknowns) {
    assert.deepEqual(
      snapshot(unknownChecking({ a: [{ b: value }] })),
      { a: [{ b: SYMBOL }] },
      name,
    );
  }
});

test("values are not copied where all of them are known", () => {
  const props = { a: [{ b: 1 }], __isSpecialProxy: false };
  assert.equal(snapshot(unknownChecking(props)), props);
  assert.deepEqual(snapshot(props), props);
});

test("an error of another kind is not taken for an unknown value", () => {
  const props = {
    get odd(): never {
      throw new Error("broken");
    },
  };
  assert.throws(() => snapshot(props), /broken/);
});
