import assert from "node:assert/strict";
import { test } from "node:test";
import { noOpaqueCarriers } from "../../../policy/rules/no-opaque-carriers.ts";
import { everyWorkload, goodPodSpec, problems, UNKNOWN } from "../../support/policy.ts";

const judge = (type: string, props: object = {}, ...allowed: string[]): string[] =>
  problems(noOpaqueCarriers, type, props, { allowed });

for (const type of [
  "helm.sh/v3:Release",
  "helm.sh/v2:Chart",
  "helm.sh/v3:Chart",
  "helm.sh/v4:Chart",
  "yaml:ConfigFile",
  "yaml:ConfigGroup",
  "yaml/v2:ConfigFile",
  "yaml/v2:ConfigGroup",
  "kustomize:Directory",
  "kustomize/v2:Directory",
]) {
  test(`fails ${type}, unless it is allowed by name`, () => {
    assert.deepEqual(judge(type, {}, "another"), [
      `kubernetes:${type} hides the workloads that it makes`,
    ]);
    assert.deepEqual(judge(type, {}, "another", "subject"), []);
  });
}

for (const [type, props, path] of [
  ["postgresql.cnpg.io/v1:Cluster", { spec: { imageName: "postgres" } }, "spec.imageName"],
  [
    "jobset.x-k8s.io/v1alpha2:JobSet",
    {
      spec: {
        replicatedJobs: [{ template: { spec: { template: { spec: { containers: [] } } } } }],
      },
    },
    "spec.replicatedJobs.0.template.spec.template.spec.containers",
  ],
  [
    "argoproj.io/v1alpha1:Workflow",
    { spec: { templates: [{ name: UNKNOWN, container: { image: UNKNOWN } }] } },
    "spec.templates.0.container.image",
  ],
  ["example.org/v1:Thing", { spec: { podTemplate: {} } }, "spec.podTemplate"],
  ["example.org/v1:Thing", { spec: { a: { initContainers: [] } } }, "spec.a.initContainers"],
] as const) {
  test(`fails ${type} with ${path}`, () => {
    assert.deepEqual(judge(type, props), [
      `${path} is of containers, in a place where no rule looks for them`,
    ]);
    assert.deepEqual(judge(type, props, "subject"), []);
  });
}

for (const [type, props] of everyWorkload(goodPodSpec())) {
  test(`passes ${type}, whose pods the rules see`, () => {
    assert.deepEqual(judge(type, props), []);
  });
}

for (const [type, props] of [
  ["cert-manager.io/v1:Certificate", { spec: { secretName: "tls" } }],
  ["example.org/v1:Thing", { spec: UNKNOWN }],
  ["example.org/v1:Thing", { spec: "text", status: { image: "a" } }],
  ["example.org/v1:Thing", { spec: { a: UNKNOWN, b: null, c: [1] } }],
  ["core/v1:ConfigMap", { spec: { image: "a" } }],
  ["networking.k8s.io/v1:Ingress", { spec: { image: "a" } }],
  ["apiextensions.k8s.io/v1:CustomResourceDefinition", { spec: { versions: { image: "a" } } }],
  ["autoscaling/v2:HorizontalPodAutoscaler", { spec: { image: "a" } }],
  ["policy/v1:PodDisruptionBudget", { spec: { image: "a" } }],
  ["meta/v1:Status", { spec: { image: "a" } }],
] as const) {
  test(`passes ${type} with ${JSON.stringify(props).slice(0, 40)}`, () => {
    assert.deepEqual(judge(type, props), []);
  });
}

test("has no opinion on resources that are not of Kubernetes", () => {
  const resource = { type: "docker:index/remoteImage:RemoteImage" };
  assert.deepEqual(problems(noOpaqueCarriers, "", { spec: { image: "nginx" } }, {}, resource), []);
});
