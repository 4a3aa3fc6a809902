import assert from "node:assert/strict";
import { test } from "node:test";
import { amountOf } from "../../model/quantity.ts";

const AMOUNTS: readonly [string, number][] = [
  ["1", 1],
  ["1.5", 1.5],
  ["1.", 1],
  [".5", 0.5],
  ["+2", 2],
  ["100m", 0.1],
  ["250u", 0.00025],
  ["1k", 1000],
  ["100G", 100e9],
  ["1.5Gi", 1.5 * 2 ** 30],
  ["1024Mi", 2 ** 30],
  ["1e3", 1000],
  ["1E-3", 0.001],
  ["2E", 2e18],
  ["1Ei", 2 ** 60],
  ["0.000", 0],
  ["0Gi", 0],
];
for (const [text, amount] of AMOUNTS) {
  test(`the quantity ${text} is read as Kubernetes reads it`, () => {
    assert.equal(amountOf(text), amount);
  });
}

test("what Kubernetes does not read as a quantity is none", () => {
  for (const text of ["", ".", "10 Gi", "10GB", "1K", "1ki", "Gi", "1e", "1e3Gi", "1,5", "ten"]) {
    assert.equal(amountOf(text), undefined, text);
  }
});
