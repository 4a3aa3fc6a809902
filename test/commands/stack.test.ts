import assert from "node:assert/strict";
import { test } from "node:test";
import { secretsIn } from "../../commands/stack.ts";

test("only this project's secrets are taken, without their prefix", () => {
  const config = {
    "bookwyrm:registryPassword": { value: "dummy-password", secret: true },
    "kubernetes:registryPassword": { value: "dummy-of-another", secret: true },
    "bookwyrm:domain": { value: "books.example.org", secret: false },
    "bookwyrm:forgeToken": { secret: true },
  };
  assert.deepEqual(
    secretsIn(JSON.stringify(config)),
    new Map([["registryPassword", "dummy-password"]]),
  );
});

test("output that cannot be parsed is not quoted: it holds secrets", () => {
  assert.throws(() => secretsIn('warning\n{"value": "dummy-password"}'), {
    message: "`pulumi config --json` did not print JSON",
  });
});
