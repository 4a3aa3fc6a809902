import assert from "node:assert/strict";
import { test } from "node:test";
import {
  applyBreakGlass,
  type BreakGlass,
  breakGlassProblems,
  standsInTheWay,
} from "../../checks/break-glass.ts";
import type { CheckResult } from "../../checks/check.ts";

const NOW = new Date("2025-11-16T09:24:00Z");
const GUARDS = ["work-tree-clean", "ci-checks-passed", "image-exists"];

const WAIVER: BreakGlass = {
  guard: "ci-checks-passed",
  reason: "GitHub is down and the site leaks private posts",
  ticket: "OPS-42",
  expires: "2025-11-17T09:24:00Z",
};

const problems = (change: Partial<BreakGlass>): string[] =>
  breakGlassProblems({ ...WAIVER, ...change }, { guards: GUARDS, now: NOW });

const TABLE: readonly (readonly [string, Partial<BreakGlass>, readonly string[]])[] = [
  ["one guard, a reason, a ticket and a day hold", {}, []],
  ["a minute is enough", { expires: "2025-11-16T09:25Z" }, []],
  ["seven days to the second hold", { expires: "2025-11-23T09:24:00Z" }, []],
  ["a time in another zone is the same instant", { expires: "2025-11-23T11:24:00+02:00" }, []],
  [
    "more than seven days are refused",
    { expires: "2025-11-23T09:24:01Z" },
    [
      "breakGlass.expires is 2025-11-23T09:24:01Z, more than 7 days ahead; write 2025-11-23T09:24:00.000Z at most.",
    ],
  ],
  [
    "the very instant has expired",
    { expires: "2025-11-16T09:24:00Z" },
    ["breakGlass expired at 2025-11-16T09:24:00Z; take it out, or decide again."],
  ],
  [
    "an hour ago has expired, whatever the zone makes it look like",
    { expires: "2025-11-16T10:00:00+02:00" },
    ["breakGlass expired at 2025-11-16T10:00:00+02:00; take it out, or decide again."],
  ],
  ...["2025-11-17", "2025-11-17T09:24:00", "tomorrow", "", "2025-13-45T00:00:00Z"].map(
    (expires) =>
      [
        `"${expires}" is no instant`,
        { expires },
        [
          `breakGlass.expires is "${expires}"; write a time with its zone, such as 2025-11-17T09:24:00.000Z.`,
        ],
      ] as const,
  ),
  [
    "the digest is never waived",
    { guard: "image-exists" },
    ['breakGlass.guard is "image-exists", which is never waived: pin a digest that exists.'],
  ],
  [
    "an unknown guard is refused, and so is a list of them",
    { guard: "work-tree-clean,ci-checks-passed" },
    [
      'breakGlass.guard is "work-tree-clean,ci-checks-passed", which is no guard; write one of work-tree-clean, ci-checks-passed.',
    ],
  ],
  [
    "all mistakes are told at once",
    { guard: "*", reason: " ", ticket: "", expires: "2025-11-15T00:00:00Z" },
    [
      'breakGlass.guard is "*", which is no guard; write one of work-tree-clean, ci-checks-passed.',
      "breakGlass.reason is empty; write why it cannot wait.",
      "breakGlass.ticket is empty; write where the decision is written down.",
      "breakGlass expired at 2025-11-15T00:00:00Z; take it out, or decide again.",
    ],
  ],
];

for (const [name, change, expected] of TABLE) {
  test(name, () => {
    assert.deepEqual(problems(change), expected);
  });
}

const RESULTS: readonly CheckResult[] = [
  { id: "work-tree-clean", verdict: "fail", summary: "1 file is changed.", milliseconds: 3 },
  {
    id: "ci-checks-passed",
    verdict: "unknown",
    summary: "GitHub answers 502.",
    evidence: ["commit a1b2c3d"],
    remedy: "Run it again.",
    milliseconds: 70,
  },
];

test("the named result keeps verdict and evidence, says who waived it, and no longer stands in the way", () => {
  const judged = applyBreakGlass(RESULTS, WAIVER);
  assert.deepEqual(judged, [RESULTS[0], { ...RESULTS[1], waiver: WAIVER }]);
  assert.deepEqual(judged.map(standsInTheWay), [true, false]);
});

test("without a waiver all that blocks stands in the way", () => {
  const judged = applyBreakGlass(RESULTS, undefined);
  assert.deepEqual(judged, RESULTS);
  assert.deepEqual(judged.map(standsInTheWay), [true, true]);
});

test("a guard that does not block is not marked as waived", () => {
  const passed: CheckResult[] = (["pass", "skipped"] as const).map((verdict) => ({
    id: WAIVER.guard,
    verdict,
    summary: "",
    milliseconds: 1,
  }));
  assert.deepEqual(applyBreakGlass(passed, WAIVER), passed);
});
