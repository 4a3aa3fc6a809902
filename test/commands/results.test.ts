import assert from "node:assert/strict";
import { test } from "node:test";
import type { JudgedResult } from "../../checks/break-glass.ts";
import { verdictExitCode } from "../../commands/results.ts";
import type { Verdict } from "../../model/verdict.ts";

const result = (verdict: Verdict, waiver?: JudgedResult["waiver"]): JudgedResult => ({
  id: `a-${verdict}`,
  verdict,
  summary: "",
  milliseconds: 1,
  ...(waiver && { waiver }),
});
const WAIVER = { guard: "a-fail", reason: "r", ticket: "t", expires: "2026-11-24T18:00:00Z" };

const TABLE: readonly (readonly [string, readonly JudgedResult[], number])[] = [
  ["what passed and was skipped is clear", [result("pass"), result("skipped")], 0],
  ["a failure is 1", [result("pass"), result("fail")], 1],
  ["what could not be told is 2", [result("pass"), result("unknown")], 2],
  ["a failure outweighs what could not be told", [result("unknown"), result("fail")], 1],
  ["a failure that is waived is clear", [result("fail", WAIVER)], 0],
  ["a waiver covers no other", [result("fail", WAIVER), result("unknown")], 2],
  ["nothing at all is a failure", [], 1],
  ["where all is skipped nothing is told", [result("skipped"), result("skipped")], 2],
];

for (const [name, results, exitCode] of TABLE) {
  test(name, () => {
    assert.equal(verdictExitCode(results), exitCode);
  });
}
