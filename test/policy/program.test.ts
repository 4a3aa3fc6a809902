import assert from "node:assert/strict";
import { test } from "node:test";
import { RULES } from "../../policy/rules/index.ts";
import { programResources } from "../support/program.ts";

const CONFIG = { registries: ["harbor.example.org/uostas"] };

const CA = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----";
const VERIFIED = { host: "postgres.example.org", sslMode: "verify-full", ca: CA };

const STACKS: Readonly<Record<string, Record<string, unknown>>> = {
  "all that it can make": {},
  "uploads on one node": { media: { accessMode: "ReadWriteOnce" } },
  "a database that is verified": { database: VERIFIED },
};
for (const [title, changes] of Object.entries(STACKS)) {
  test(`no rule finds fault with what this program deploys: ${title}`, async () => {
    const resources = await programResources(changes);
    for (const rule of RULES) {
      const found =
        "judge" in rule
          ? resources.flatMap((resource) => rule.judge(resource, CONFIG))
          : rule.judgeStack(resources, CONFIG);
      assert.deepEqual(found, [], rule.name);
    }
  });
}
