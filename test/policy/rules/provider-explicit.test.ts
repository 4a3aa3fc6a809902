import assert from "node:assert/strict";
import { test } from "node:test";
import { providerExplicit } from "../../../policy/rules/provider-explicit.ts";
import { problems } from "../../support/policy.ts";

const provider = (name: string) => ({ type: "pulumi:providers:kubernetes", name, urn: "urn" });

test("passes a provider that the program made, and what needs none", () => {
  assert.deepEqual(problems(providerExplicit, "core/v1:ConfigMap", {}), []);
  assert.deepEqual(
    problems(providerExplicit, "helm.sh/v4:Chart", {}, {}, { provider: undefined }),
    [],
  );
  for (const name of ["defaults", "my-default"]) {
    assert.deepEqual(
      problems(providerExplicit, "core/v1:ConfigMap", {}, {}, { provider: provider(name) }),
      [],
    );
  }
});

for (const name of ["default", "default_4_34_2"]) {
  test(`fails ${name}, which the engine made`, () => {
    assert.deepEqual(
      problems(providerExplicit, "core/v1:ConfigMap", {}, {}, { provider: provider(name) }),
      [`provider is "${name}", and so the current context of whoever runs Pulumi`],
    );
  });
}

test("has no opinion on the providers of other packages", () => {
  const resource = { type: "random:index:RandomId", provider: provider("default") };
  assert.deepEqual(problems(providerExplicit, "", {}, {}, resource), []);
});
