import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { type Deployment, markdown, writeReport } from "../../commands/deployment-report.ts";
import { IMAGE } from "../support/settings.ts";

const WAIVER = {
  guard: "ci-checks-passed",
  reason: "the forge is | down",
  ticket: "OPS-42",
  expires: "2026-11-24T18:00:00Z",
};
const DEPLOYMENT: Deployment = {
  stack: "books",
  reference: IMAGE,
  began: new Date("2026-11-24T12:00:00.250Z"),
  ended: new Date("2026-11-24T12:01:30.250Z"),
  end: "deployed, but what runs is wrong",
  guards: [
    { id: "image-exists", verdict: "pass", summary: "It is there.", remedy: "-", milliseconds: 5 },
    {
      id: "ci-checks-passed",
      verdict: "unknown",
      summary: "The forge answers 502.",
      remedy: "Run it again.",
      milliseconds: 70,
      waiver: WAIVER,
    },
  ],
  verification: [
    {
      id: "soak",
      verdict: "fail",
      summary: "1 pod has restarted.",
      evidence: ["pod web-1", "said <b>a | b</b>\nand \\| more"],
      remedy: "Read its log.",
      milliseconds: 30_000,
    },
  ],
  crashes: "web-1:\n  ```\n  Traceback",
};

test("a report says the end, what was found, who waived what, and what crashed", () => {
  assert.equal(
    markdown(DEPLOYMENT),
    `# books: deployed, but what runs is wrong

\`${IMAGE}\`, from 2026-11-24T12:00:00.250Z, 90 s

## Guards

1 of 2 checks passed; waived: ci-checks-passed.

| check | verdict | what was found |
| --- | --- | --- |
| image-exists | pass | It is there. |
| ci-checks-passed | unknown (waived until 2026-11-24T18:00:00Z: the forge is \\| down, OPS-42) | The forge answers 502.<br>To do: Run it again. |

## Verification

1 of 1 check in the way: soak (fail).

| check | verdict | what was found |
| --- | --- | --- |
| soak | fail | 1 pod has restarted.<br>pod web-1<br>said \\<b>a \\| b\\</b> and \\\\\\| more<br>To do: Read its log. |

## What crashed or waits

\`\`\`\`
web-1:
  \`\`\`
  Traceback
\`\`\`\`
`,
  );
});

test("a deployment that the guards stopped has no other part", () => {
  const { stack, reference, began, ended } = DEPLOYMENT;
  assert.equal(
    markdown({ stack, reference, began, ended, end: "stopped by the guards", guards: [] }),
    `# books: stopped by the guards

\`${IMAGE}\`, from 2026-11-24T12:00:00.250Z, 90 s

## Guards

Nothing was checked, which is no pass.

| check | verdict | what was found |
| --- | --- | --- |
`,
  );
});

test("it is written for people and for machines, under the stack and the time", () => {
  const folder = mkdtempSync(join(tmpdir(), "deployment-report-"));
  try {
    const file = writeReport(join(folder, "new"), DEPLOYMENT);
    assert.equal(file, join(folder, "new", "books-2026-11-24T12-00-00.md"));
    assert.equal(readFileSync(file, "utf8"), markdown(DEPLOYMENT));
    const json: unknown = JSON.parse(readFileSync(file.replace(/md$/, "json"), "utf8"));
    assert.deepEqual(json, JSON.parse(JSON.stringify(DEPLOYMENT)));
  } finally {
    rmSync(folder, { recursive: true });
  }
});
