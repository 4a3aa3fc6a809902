import assert from "node:assert/strict";
import { test } from "node:test";
import { BookWyrm } from "../../components/bookwyrm.ts";
import { RULES } from "../../policy/rules/index.ts";
import { record } from "../support/record.ts";
import { DIGEST, secrets, settings } from "../support/settings.ts";

const CONFIG = { registries: ["harbor.example.org/uostas"] };

test("no rule finds fault with what this program deploys", async () => {
  const image = `harbor.example.org/uostas/store:1@${DIGEST}`;
  const resources = await record(() => {
    new BookWyrm("bookwyrm", {
      settings: settings({ database: { image }, redis: { image } }),
      secrets: secrets(),
    });
  });
  for (const rule of RULES) {
    for (const { type, name, inputs } of resources) {
      assert.deepEqual(
        rule.judge({ type, name, props: inputs }, CONFIG),
        [],
        `${rule.name}: ${name}`,
      );
    }
  }
});
