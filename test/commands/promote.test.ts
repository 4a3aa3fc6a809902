import assert from "node:assert/strict";
import { test } from "node:test";
import { promotable } from "../../commands/promote.ts";
import { UsageError } from "../../commands/usage.ts";
import { settings } from "../support/settings.ts";

const target = (guardrails: object) => ({ name: "prod", settings: settings({ guardrails }) });

test("a stack that names staging is promoted to by its own soak time", () => {
  const given = target({ git: {}, staging: { stack: "staging", soakMinutes: 5 } });
  assert.deepEqual(promotable(given, "staging"), given.settings);
});

test("a stack that names none is judged as if it named the one it is promoted from", () => {
  const given = target({ git: {} });
  assert.deepEqual(promotable(given, "staging"), {
    ...given.settings,
    guardrails: { ...given.settings.guardrails, staging: { stack: "staging", soakMinutes: 60 } },
  });
});

test("a promotion past the stack that is named is refused", () => {
  const given = target({ staging: { stack: "staging" } });
  assert.throws(
    () => promotable(given, "local"),
    new UsageError("prod is promoted from staging (guardrails.staging.stack), not from local"),
  );
});
