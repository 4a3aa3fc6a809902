import assert from "node:assert/strict";
import { test } from "node:test";
import { faultIfSet, faultOf, finding } from "../../policy/fields.ts";
import { read } from "../../policy/read.ts";
import { asInPreview, UNKNOWN } from "../support/policy.ts";

const isOne = (value: unknown): boolean => value === 1;
const fault = (value: unknown, judge = faultOf) =>
  judge(read(asInPreview({ value }), "value"), isOne);

test("a fault says what stands there", () => {
  assert.equal(fault(1), undefined);
  assert.deepEqual(fault(2), { problem: "is 2" });
  assert.deepEqual(fault(["a"]), { problem: 'is ["a"]' });
  assert.deepEqual(fault(undefined), { problem: "is not set" });
  assert.deepEqual(fault(null), { problem: "is not set" });
  assert.equal(fault(undefined, faultIfSet), undefined);
  assert.deepEqual(fault(2, faultIfSet), { problem: "is 2" });
});

test("a value that is not known, or not wholly, is no value that is wrong", () => {
  for (const judge of [faultOf, faultIfSet]) {
    assert.deepEqual(fault(UNKNOWN, judge), { problem: "is not known yet", isUnknown: true });
    assert.deepEqual(fault(["a", UNKNOWN], judge), {
      problem: "is not wholly known yet",
      isUnknown: true,
    });
  }
});

test("a finding keeps whether the value is unknown", () => {
  assert.deepEqual(finding("spec.a", undefined, "fix it"), []);
  assert.deepEqual(finding("spec.a", fault(UNKNOWN), "fix it"), [
    { path: "spec.a", problem: "is not known yet", isUnknown: true, fix: "fix it" },
  ]);
});
