import assert from "node:assert/strict";
import { PassThrough } from "node:stream";
import { test } from "node:test";
import { WriteStream } from "node:tty";
import { stripVTControlCharacters } from "node:util";
import type { JudgedResult } from "../../checks/break-glass.ts";
import { checkTable, conclusion, toJson } from "../../checks/table.ts";

const PASSED: JudgedResult = {
  id: "work-tree-clean",
  verdict: "pass",
  summary: "Every file is committed as it is.",
  evidence: ["HEAD 0123456789abcdef0123456789abcdef01234567"],
  milliseconds: 12,
};
const FAILED: JudgedResult = {
  id: "commit-pushed",
  verdict: "fail",
  summary: "HEAD is not on main of origin.",
  evidence: ["HEAD 0123456789abcdef0123456789abcdef01234567 (main)"],
  remedy: "Push it: git push origin HEAD:main",
  milliseconds: 80,
};
const WAIVED: JudgedResult = {
  id: "ci-checks-passed",
  verdict: "unknown",
  summary: "GitHub answers 502.",
  remedy: "Run it again.",
  milliseconds: 300,
  waiver: {
    guard: "ci-checks-passed",
    reason: "GitHub is down",
    ticket: "OPS-42",
    expires: "2025-11-17T09:24:00Z",
  },
};
const SKIPPED: JudgedResult = {
  id: "registry-posture",
  verdict: "skipped",
  summary: "Not configured.",
  milliseconds: 0,
};
const RESULTS = [PASSED, FAILED, WAIVED, SKIPPED];

/** As a pipe or a log file: no terminal. */
const PLAIN = { stream: new PassThrough() };

test("a table has verdicts as words, evidence and remedy where it did not pass, and waivers", () => {
  assert.deepEqual(checkTable(RESULTS, { ...PLAIN, width: 80 }).split("\n"), [
    "┌─────────┬──────────────────┬─────────────────────────────────────────────────┐",
    "│ verdict │ check            │ what was found                                  │",
    "├─────────┼──────────────────┼─────────────────────────────────────────────────┤",
    "│ pass    │ work-tree-clean  │ Every file is committed as it is.               │",
    "│ fail    │ commit-pushed    │ HEAD is not on main of origin.                  │",
    "│         │                  │ - HEAD 0123456789abcdef0123456789abcdef01234567 │",
    "│         │                  │ (main)                                          │",
    "│         │                  │ To do: Push it: git push origin HEAD:main       │",
    "│ unknown │ ci-checks-passed │ GitHub answers 502.                             │",
    "│ waived  │                  │ Waived until 2025-11-17T09:24:00Z: GitHub is    │",
    "│         │                  │ down (OPS-42)                                   │",
    "│         │                  │ To do: Run it again.                            │",
    "│ skipped │ registry-posture │ Not configured.                                 │",
    "└─────────┴──────────────────┴─────────────────────────────────────────────────┘",
  ]);
});

test("no line is wider than the terminal, and no part of a sha is lost", () => {
  for (const width of [70, 80, 100, 200]) {
    const lines = checkTable(RESULTS, { ...PLAIN, width }).split("\n");
    assert.ok(
      lines.every((line) => line.length <= width),
      `${width.toString()} columns`,
    );
  }
  const narrow = checkTable([FAILED], { ...PLAIN, width: 70 });
  const text = narrow.replaceAll(/[^0-9a-zA-Z]/g, "");
  assert.match(text, /0123456789abcdef0123456789abcdef01234567/);
});

test("colours are only for a terminal that wants them", (context) => {
  // A terminal's own answer, which reads the environment.
  const getColorDepth = (): number => WriteStream.prototype.getColorDepth(process.env);
  const terminal = Object.assign(new PassThrough(), { isTTY: true, getColorDepth });
  const variables = ["CI", "NO_COLOR", "FORCE_COLOR", "NODE_DISABLE_COLORS", "TERM"] as const;
  const before = variables.map((name) => [name, process.env[name]] as const);
  context.after(() => {
    for (const [name, value] of before) set(name, value);
  });
  for (const name of variables) set(name, undefined);
  set("TERM", "xterm-256color");
  const options = { stream: terminal, width: 80 };
  const coloured = checkTable(RESULTS, options);
  assert.ok(coloured.includes("\u001b[31mfail\u001b[39m"));
  assert.equal(stripVTControlCharacters(coloured), checkTable(RESULTS, { ...PLAIN, width: 80 }));
  set("NO_COLOR", "1");
  assert.equal(checkTable(RESULTS, options), stripVTControlCharacters(coloured));
});

const set = (name: string, value: string | undefined): void => {
  if (value === undefined) Reflect.deleteProperty(process.env, name);
  else process.env[name] = value;
};

test("what a forge sends cannot move the cursor", () => {
  const rude = { ...FAILED, summary: "build\u001b[2J\r\nis \u202efailure" };
  const table = checkTable([rude], { ...PLAIN, width: 80 });
  assert.match(table, /│ build \[2J is {2}failure/);
});

test("the conclusion names what stands in the way, and what was waived or skipped", () => {
  assert.deepEqual([[], [PASSED], RESULTS, [PASSED, WAIVED, SKIPPED], [FAILED]].map(conclusion), [
    "Nothing was checked, which is no pass.",
    "1 of 1 check passed.",
    "1 of 4 checks in the way: commit-pushed (fail).",
    "1 of 3 checks passed; waived: ci-checks-passed; skipped: registry-posture.",
    "1 of 1 check in the way: commit-pushed (fail).",
  ]);
});

test("JSON has the same keys for every result, and says whether it blocks", () => {
  assert.deepEqual(JSON.parse(toJson([PASSED, FAILED, WAIVED])), {
    blocks: true,
    results: [
      { ...PASSED, blocks: false, remedy: null, waiver: null },
      { ...FAILED, blocks: true, waiver: null },
      { ...WAIVED, blocks: false, evidence: [] },
    ],
  });
  assert.deepEqual(JSON.parse(toJson([])), { blocks: true, results: [] });
});
