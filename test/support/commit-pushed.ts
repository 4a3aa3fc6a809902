import assert from "node:assert/strict";
import { type Outcome, runChecks } from "../../checks/check.ts";
import { type CommitPushedArgs, commitPushedCheck } from "../../checks/pre/commit-pushed.ts";
import type { GitSandbox } from "./git.ts";

interface Asked extends Partial<Omit<CommitPushedArgs, "repository">> {
  readonly timeoutMs?: number;
}

/** What the check says of a clone. */
export async function outcome(
  sandbox: GitSandbox,
  folder: string,
  asked: Asked = {},
): Promise<Outcome> {
  const { timeoutMs = 10_000, ...others } = asked;
  const args = { remote: "origin", branch: "main", ...others };
  const check = commitPushedCheck({ repository: sandbox.repository(folder), ...args });
  const [result] = await runChecks([check], { timeoutMs });
  assert.ok(result);
  const { id, milliseconds, ...rest } = result;
  assert.equal(id, "commit-pushed");
  return rest;
}
