import assert from "node:assert/strict";
import { test } from "node:test";
import { providerExplicit } from "../../../policy/rules/provider-explicit.ts";
import { problems, UNKNOWN } from "../../support/policy.ts";

const provider = (name: string) => ({
  type: "pulumi:providers:kubernetes",
  name,
  urn: "urn",
  props: {},
});

test("passes a provider that the program made, and what needs none", () => {
  assert.deepEqual(problems(providerExplicit, "core/v1:ConfigMap", {}), []);
  assert.deepEqual(
    problems(providerExplicit, "helm.sh/v4:Chart", {}, {}, { provider: undefined }),
    [],
  );
  for (const name of ["defaults", "my-default", "default_cluster"]) {
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

const judgeProvider = (props: object, name = "cluster"): string[] =>
  problems(providerExplicit, "", props, {}, { type: "pulumi:providers:kubernetes", name });

test("passes a provider that names its cluster, or writes no cluster at all", () => {
  for (const field of ["context", "cluster", "renderYamlToDirectory"]) {
    assert.deepEqual(judgeProvider({ [field]: "prod" }), [], field);
    assert.deepEqual(judgeProvider({ [field]: UNKNOWN }), [], field);
  }
  const kubeconfigs = ["apiVersion: v1\nkind: Config\n", '{"apiVersion":"v1"}', UNKNOWN];
  for (const kubeconfig of kubeconfigs) assert.deepEqual(judgeProvider({ kubeconfig }), []);
});

test("fails a provider that takes the current context, of whatever file", () => {
  for (const props of [
    {},
    { kubeconfig: "/home/me/.kube/config" },
    { namespace: "books" },
    { context: "", cluster: "", renderYamlToDirectory: "" },
  ]) {
    assert.deepEqual(judgeProvider(props), [
      "context is not set, and so the current context of whoever runs Pulumi",
    ]);
  }
});

test("leaves the provider that the engine made to the resources that use it", () => {
  assert.deepEqual(judgeProvider({}, "default_4_34_2"), []);
});

test("has no opinion on the providers of other packages", () => {
  const resource = { type: "random:index:RandomId", provider: provider("default") };
  assert.deepEqual(problems(providerExplicit, "", {}, {}, resource), []);
  const other = { type: "pulumi:providers:random", name: "random" };
  assert.deepEqual(problems(providerExplicit, "", {}, {}, other), []);
});
