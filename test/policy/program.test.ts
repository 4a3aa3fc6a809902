import assert from "node:assert/strict";
import { test } from "node:test";
import { RULES } from "../../policy/rules/index.ts";
import { programResources } from "../support/program.ts";

const CONFIG = { registries: ["harbor.example.org/uostas"] };

test("no rule finds fault with what this program deploys", async () => {
  const resources = await programResources();
  for (const rule of RULES) {
    const found =
      "judge" in rule
        ? resources.flatMap((resource) => rule.judge(resource, CONFIG))
        : rule.judgeStack(resources, CONFIG);
    assert.deepEqual(found, [], rule.name);
  }
});
