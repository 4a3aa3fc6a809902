import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { printable, wrapped } from "../../checks/text.ts";

test("text breaks between words, and a word longer than a line is cut", () => {
  assert.deepEqual(wrapped("main is at 0123456789abcdef now", 10), [
    "main is at",
    "0123456789",
    "abcdef now",
  ]);
  assert.deepEqual(wrapped("", 10), [""]);
});

test("no line is longer than the width, and nothing but spaces is lost", () => {
  fc.assert(
    fc.property(fc.string(), fc.integer({ min: 1, max: 40 }), (text, width) => {
      const lines = wrapped(text, width);
      assert.ok(lines.every((line) => line.length <= width));
      assert.equal(lines.join("").replaceAll(" ", ""), text.replaceAll(" ", ""));
    }),
  );
});

test("control characters and direction marks become spaces", () => {
  assert.equal(printable("build\u001b[2Jdone\r\nnext\u202eline"), "build [2Jdone next line");
});
