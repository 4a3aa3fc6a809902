import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { after, mock, test } from "node:test";
import { RunError } from "@pulumi/pulumi/errors.js";
import * as pulumi from "@pulumi/pulumi";
import { standsInTheWay } from "../../../checks/break-glass.ts";
import { GUARD_IDS } from "../../../checks/pre/guards.ts";
import { judgeGuards } from "../../../checks/pre/judge-guards.ts";
import { requireGuards } from "../../../checks/pre/require-guards.ts";
import type { Settings } from "../../../model/settings.ts";
import { guarded, type Guarded, indexOf } from "../../support/guarded.ts";
import { ROBOT } from "../../support/harbor.ts";

const WAIVER = {
  guard: "work-tree-clean",
  reason: "the site leaks private posts",
  ticket: "OPS-42",
  expires: "2026-11-24T18:00:00Z",
};

const judged = (
  stack: Guarded,
  breakGlass: Settings["breakGlass"],
  onResult?: Parameters<typeof judgeGuards>[2],
): ReturnType<typeof judgeGuards> =>
  judgeGuards({ ...stack.settings, breakGlass }, stack.context, onResult);

/** Changes a file, so that exactly `work-tree-clean` fails. */
async function dirty(context: Parameters<typeof guarded>[0]): Promise<Guarded> {
  const stack = await guarded(context);
  writeFileSync(indexOf(stack), "changed by hand\n");
  return stack;
}

test("what fails stands in the way, and every check is told as it ends", async (context) => {
  const told: string[] = [];
  const results = await judged(await dirty(context), undefined, ({ id }) => told.push(id));
  assert.deepEqual(
    results.filter(standsInTheWay).map(({ id }) => id),
    ["work-tree-clean"],
  );
  assert.deepEqual(told.toSorted(), GUARD_IDS.toSorted());
});

test("breakGlass waives the guard that it names, whose verdict stays", async (context) => {
  const results = await judged(await dirty(context), WAIVER);
  assert.deepEqual(results.filter(standsInTheWay), []);
  const waived = results.filter(({ waiver }) => waiver !== undefined);
  assert.deepEqual(
    waived.map(({ id, verdict, waiver }) => ({ id, verdict, waiver })),
    [{ id: "work-tree-clean", verdict: "fail", waiver: WAIVER }],
  );
});

test("breakGlass for another guard waives nothing", async (context) => {
  const results = await judged(await dirty(context), { ...WAIVER, guard: "ci-checks-passed" });
  assert.deepEqual(
    results.filter(standsInTheWay).map(({ id }) => id),
    ["work-tree-clean"],
  );
});

const REFUSED = [
  [
    "the one that is never waived",
    { guard: "image-exists" },
    'breakGlass.guard is "image-exists", which is never waived: pin a digest that exists.',
  ],
  [
    "one that has expired",
    { expires: "2026-11-24T11:59:59Z" },
    "breakGlass expired at 2026-11-24T11:59:59Z; take it out, or decide again.",
  ],
  [
    "a guard that does not exist",
    { guard: "all" },
    `breakGlass.guard is "all", which is no guard; write one of ${GUARD_IDS.filter((id) => id !== "image-exists").join(", ")}.`,
  ],
] as const;

for (const [name, change, message] of REFUSED) {
  test(`breakGlass is refused for ${name}, and nothing is asked`, async (context) => {
    const stack = await guarded(context);
    const problem = await judged(stack, { ...WAIVER, ...change }).catch((error: unknown) => error);
    assert.ok(problem instanceof RunError);
    assert.equal(problem.message, message);
    assert.deepEqual(stack.forge.requests, []);
  });
}

// The clock of requireGuards is the machine's own; the doubles do not care.
process.env["NO_COLOR"] = "1";
const registered: string[] = [];
await pulumi.runtime.setMocks({
  newResource: ({ name, inputs }) => {
    registered.push(name);
    return { id: name, state: inputs as Record<string, unknown> };
  },
  call: ({ inputs }) => inputs as Record<string, unknown>,
});
const info = mock.method(pulumi.log, "info", () => Promise.resolve());
after(() => {
  info.mock.restore();
});

test("inside a preview a guard in the way is a RunError with the table, and nothing is registered", async (context) => {
  const stack = await dirty(context);
  const problem = await requireGuards(stack.settings, stack.context).catch(
    (error: unknown) => error,
  );
  assert.ok(problem instanceof RunError);
  const lines = problem.message.split("\n");
  assert.equal(lines[0], "Nothing was changed: the guards stop this deployment.");
  assert.match(problem.message, /│ fail {4}│ work-tree-clean │ /);
  assert.equal(lines.at(-1), "1 of 15 checks in the way: work-tree-clean (fail).");
  assert.ok(!problem.message.includes("commit-pushed"));
  assert.ok(!problem.message.includes(ROBOT.password));
  assert.deepEqual(registered, []);
});

test("inside a preview guards that all pass are one line of its log", async (context) => {
  const stack = await guarded(context);
  await requireGuards(stack.settings, stack.context);
  assert.deepEqual(
    info.mock.calls.map((call) => (call.arguments as readonly unknown[])[0]),
    ["Guards: 15 of 15 checks passed."],
  );
  assert.deepEqual(registered, []);
});
