import assert from "node:assert/strict";
import { test } from "node:test";
import { noOpaqueCarriers } from "../../../policy/rules/no-opaque-carriers.ts";
import {
  everyWorkload,
  goodPodSpec,
  problems,
  stackResource,
  UNKNOWN,
} from "../../support/policy.ts";

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
  "yaml/v10:ConfigGroup",
  "helm.sh/v10:Chart",
  "kustomize:Directory",
  "kustomize/v2:Directory",
  "helm.cattle.io/v1:HelmChart",
  "helm.cattle.io/v1:HelmChartPatch",
  "helm.toolkit.fluxcd.io/v2:HelmRelease",
  "kustomize.toolkit.fluxcd.io/v1:Kustomization",
  "argoproj.io/v1alpha1:Application",
  "argoproj.io/v1alpha1:ApplicationSet",
]) {
  test(`fails ${type}, unless it is allowed by name`, () => {
    assert.deepEqual(judge(type, {}, "another"), [
      `kubernetes:${type} hides the workloads that it makes`,
    ]);
    assert.deepEqual(judge(type, {}, "another", "subject"), []);
  });
}

test("leaves a kind of another group that is called like a carrier", () => {
  for (const type of [
    "helm.cattle.io/v1:HelmChart",
    "helm.toolkit.fluxcd.io/v2:HelmRelease",
    "kustomize.toolkit.fluxcd.io/v1:Kustomization",
    "argoproj.io/v1alpha1:Application",
  ]) {
    assert.deepEqual(judge(`my.${type}`), []);
    assert.deepEqual(judge(`${type}Template`), []);
  }
});

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
  ["example.org/v1:K8sThing-2", { spec: { podTemplate: {} } }, "spec.podTemplate"],
  ["example.org/v1:TaskList", { spec: { podTemplate: {} } }, "spec.podTemplate"],
  [
    "sparkoperator.k8s.io/v1beta2:SparkApplication",
    { spec: { image: "spark", driver: {} } },
    "spec.image",
  ],
  [
    "argoproj.io/v1alpha1:WorkflowList",
    { items: [{}, { spec: { templates: [{ container: { image: "a" } }] } }] },
    "items[1].spec.templates.0.container.image",
  ],
  [
    "core/v1:List",
    {
      items: [
        { apiVersion: "v1", kind: "ConfigMap", spec: { image: "a" } },
        { apiVersion: "postgresql.cnpg.io/v1", kind: "Cluster", spec: { imageName: "postgres" } },
        { apiVersion: "apps/v1", kind: "Deployment", spec: { template: { spec: goodPodSpec() } } },
      ],
    },
    "items[1].spec.imageName",
  ],
  [
    "apps/v1:DeploymentList",
    { items: [{ apiVersion: "example.org/v1", kind: "Thing", spec: { image: "a" } }] },
    "items[0].spec.image",
  ],
  ["example.org/v1:Thing", { spec: { a: { initContainers: [] } } }, "spec.a.initContainers"],
] as const) {
  test(`fails ${type} with ${path}`, () => {
    assert.deepEqual(judge(type, props), [
      `${path} is of containers, in a place where no rule looks for them`,
    ]);
    assert.deepEqual(judge(type, props, "subject"), []);
  });
}

const HELM_CHART = { apiVersion: "helm.cattle.io/v1", kind: "HelmChart", spec: { chart: "redis" } };

for (const [type, props, path] of [
  ["core/v1:List", { items: [{ apiVersion: "v1", kind: "Pod" }, HELM_CHART] }, "items[1]"],
  [
    "core/v1:List",
    { items: [{ apiVersion: "v1", kind: "List", items: [HELM_CHART] }] },
    "items[0].items[0]",
  ],
  ["argoproj.io/v1alpha1:ApplicationList", { items: [{ spec: {} }] }, "items[0]"],
] as const) {
  test(`fails a carrier at ${path} of ${type}`, () => {
    assert.deepEqual(judge(type, props), [`${path} hides the workloads that it makes`]);
    assert.deepEqual(judge(type, props, "subject"), []);
  });
}

for (const [type, props, path] of [
  ["example.org/v1:Thing", { spec: UNKNOWN }, "spec"],
  ["example.org/v1:Thing", { spec: { template: UNKNOWN } }, "spec.template"],
  ["example.org/v1:ThingList", { items: [{ spec: UNKNOWN }] }, "items[0].spec"],
  ["example.org/v1:ThingList", { items: UNKNOWN }, "items[0].spec"],
  ["core/v1:List", { items: [{ ...HELM_CHART, kind: UNKNOWN }] }, "items[0].kind"],
  ["core/v1:List", { items: [{ ...HELM_CHART, apiVersion: UNKNOWN }] }, "items[0].apiVersion"],
] as const) {
  test(`cannot tell what ${type} makes whose ${path} is not known`, () => {
    const found = noOpaqueCarriers.judge(
      stackResource(`kubernetes:${type}`, "subject", { props }),
      {},
    );
    assert.deepEqual(
      found.map(({ path: where, problem, isUnknown }) => [where, problem, isUnknown]),
      [[path, "is not known yet, and may be of containers", true]],
    );
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
  ["example.org/v1:Thing", { spec: "text", status: { image: "a" } }],
  ["example.org/v1:Thing", { spec: { a: UNKNOWN, b: null, c: [1] } }],
  ["core/v1:ConfigMap", { spec: { image: "a" } }],
  ["networking.k8s.io/v1:Ingress", { spec: { image: "a" } }],
  ["networking.k8s.io/v1:Ingress", { spec: UNKNOWN }],
  ["gateway.networking.k8s.io/v1:HTTPRoute", { spec: UNKNOWN }],
  ["snapshot.storage.k8s.io/v1:VolumeSnapshot", { spec: UNKNOWN }],
  ["flowcontrol.apiserver.k8s.io/v1:FlowSchema", { spec: UNKNOWN }],
  ["v1:ConfigMap", { spec: { image: "a" } }],
  [
    "argoproj.io/v1alpha1:RolloutList",
    { items: [{ spec: { template: { spec: goodPodSpec() } } }] },
  ],
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
