import assert from "node:assert/strict";
import { test } from "node:test";
import { BookWyrm } from "../../components/bookwyrm.ts";
import type { StackResource } from "../../policy/rule.ts";
import { RULES } from "../../policy/rules/index.ts";
import { record, type Recorded } from "../support/record.ts";
import { DIGEST, secrets, settings } from "../support/settings.ts";

const asStackResource = ({
  type,
  name,
  urn,
  parent,
  dependsOn,
  provider,
  inputs,
}: Recorded): StackResource => ({
  type,
  name,
  urn,
  props: inputs,
  options: { ignoreChanges: [] },
  provider: providerOf(provider),
  parent: parent === "" ? undefined : parent,
  dependencies: dependsOn,
  propertyDependencies: {},
});

/** @param reference `<urn>::<id>`, or nothing where the default provider is used */
const providerOf = (reference: string): StackResource["provider"] => {
  if (reference === "") return undefined;
  const urn = reference.split("::").slice(0, -1).join("::");
  const [, , type = "", name = ""] = urn.split("::");
  return { type, name, urn };
};

const CONFIG = { registries: ["harbor.example.org/uostas"] };

test("no rule finds fault with what this program deploys", async () => {
  const image = `harbor.example.org/uostas/store:1@${DIGEST}`;
  const recorded = await record(() => {
    new BookWyrm("bookwyrm", {
      settings: settings({ database: { image }, redis: { image } }),
      secrets: secrets(),
    });
  });
  const resources = recorded.map(asStackResource);
  for (const rule of RULES) {
    const found =
      "judge" in rule
        ? resources.flatMap((resource) => rule.judge(resource, CONFIG))
        : rule.judgeStack(resources, CONFIG);
    assert.deepEqual(found, [], rule.name);
  }
});
