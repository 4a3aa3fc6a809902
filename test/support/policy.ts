import * as policy from "@pulumi/policy";
import { LABEL, PART_OF } from "../../model/labels.ts";
import type { RuleConfig } from "../../policy/configuration.ts";
import type { Resource } from "../../policy/pods.ts";
import { snapshot } from "../../policy/snapshot.ts";
import type { ResourceRule, StackResource, StackRule } from "../../policy/rule.ts";

/** What the engine sends in place of a text that is not known yet (@pulumi/pulumi, runtime/rpc.ts). */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** Values as the SDK hands them over: reading one that is not known throws. */
export const unknownChecking = (props: object): object =>
  // Exported since 1.21, but left out of the SDK's type declarations.
  (policy as unknown as { unknownCheckingProxy(props: object): object }).unknownCheckingProxy(
    props,
  );

/** Values as a rule gets them in preview. */
export const asInPreview = (props: object): unknown => snapshot(unknownChecking(props));

const PROGRAM = "urn:pulumi:test::program";

export const urnOf = (type: string, name: string): string => `${PROGRAM}::${type}::${name}`;

const KUBERNETES = {
  type: "pulumi:providers:kubernetes",
  name: "cluster",
  urn: urnOf("pulumi:providers:kubernetes", "cluster"),
  props: {},
};

/** Path and problem of everything that a rule finds, on values as the engine hands them over. */
export const problems = (
  rule: ResourceRule,
  type: string,
  props: object,
  config: RuleConfig = {},
  resource: Partial<Resource> = {},
): string[] =>
  rule
    .judge(
      {
        type: `kubernetes:${type}`,
        name: "subject",
        urn: urnOf(`kubernetes:${type}`, "subject"),
        props: asInPreview(props),
        options: { ignoreChanges: [] },
        provider: KUBERNETES,
        ...resource,
      },
      config,
    )
    .map(({ path, problem }) => `${path} ${problem}`);

/** A resource of a stack; `dependencies` and `parent` are URNs (`urnOf`). */
export const stackResource = (
  type: string,
  name: string,
  { props = {}, ...resource }: Partial<StackResource> & { readonly props?: object } = {},
): StackResource => ({
  type,
  name,
  urn: urnOf(type, name),
  props: asInPreview(props),
  options: { ignoreChanges: [] },
  provider: type.startsWith("kubernetes:") ? KUBERNETES : undefined,
  parent: undefined,
  dependencies: [],
  ...resource,
});

/** Resource, path and problem of everything that a rule finds in a stack. */
export const stackProblems = (
  rule: StackRule,
  resources: readonly StackResource[],
  config: RuleConfig = {},
): string[] =>
  rule
    .judgeStack(resources, config)
    .map(({ urn, path, problem }) => `${urn.split("::").at(-1) ?? ""}: ${path} ${problem}`);

export const IMAGE = `harbor.example.org/uostas/app:1@sha256:${"0f".repeat(32)}`;

/** A container that no rule finds fault with. */
export const goodContainer = (changes: object = {}): object => ({
  name: "app",
  image: IMAGE,
  imagePullPolicy: "Always",
  ports: [{ name: "http", containerPort: 80 }],
  readinessProbe: { httpGet: { port: 80 } },
  livenessProbe: { tcpSocket: { port: 80 } },
  resources: { requests: { cpu: "1", memory: "1Gi" }, limits: { memory: "1Gi" } },
  securityContext: {
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ["ALL"] },
  },
  ...changes,
});

/** A pod spec that no rule finds fault with. */
export const goodPodSpec = (changes: object = {}): object => ({
  containers: [goodContainer()],
  imagePullSecrets: [{ name: "registry" }],
  automountServiceAccountToken: false,
  enableServiceLinks: false,
  securityContext: {
    runAsNonRoot: true,
    runAsUser: 1000,
    seccompProfile: { type: "RuntimeDefault" },
  },
  ...changes,
});

export const deployment = (podSpec: object = {}): object => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "app" },
  spec: { minReadySeconds: 10, template: { spec: goodPodSpec(podSpec) } },
});

/** A Deployment, or any other object of its form, of a part of BookWyrm. */
export const bookWyrm = (component: string, podSpec: object, spec: object = {}): object => ({
  spec: {
    template: {
      metadata: { labels: { [LABEL.partOf]: PART_OF, [LABEL.component]: component } },
      spec: podSpec,
    },
    ...spec,
  },
});

/** Every kind that carries pods, each with this pod spec, and where the spec stands within it. */
export const everyWorkload = (
  spec: object,
): readonly (readonly [type: string, props: object, path: string])[] => {
  const template = { spec };
  const usual = { spec: { template } };
  const deployed = { spec: { minReadySeconds: 10, template } };
  return [
    ["core/v1:Pod", { spec }, "spec"],
    ["core/v1:PodTemplate", { template }, "template.spec"],
    ["apps/v1:Deployment", deployed, "spec.template.spec"],
    ["apps/v1:StatefulSet", usual, "spec.template.spec"],
    ["apps/v1:DaemonSet", usual, "spec.template.spec"],
    ["apps/v1:ReplicaSet", usual, "spec.template.spec"],
    ["core/v1:ReplicationController", usual, "spec.template.spec"],
    ["batch/v1:Job", usual, "spec.template.spec"],
    ["batch/v1:CronJob", { spec: { jobTemplate: usual } }, "spec.jobTemplate.spec.template.spec"],
    ["extensions/v1beta1:Deployment", deployed, "spec.template.spec"],
    ["apps/v1:DeploymentPatch", usual, "spec.template.spec"],
    ["apps/v1:DeploymentList", { items: [deployed] }, "items[0].spec.template.spec"],
    [
      "core/v1:List",
      { items: [{ kind: "ConfigMap" }, { kind: "CronJob", spec: { jobTemplate: usual } }] },
      "items[1].spec.jobTemplate.spec.template.spec",
    ],
    ["argoproj.io/v1alpha1:Rollout", usual, "spec.template.spec"],
  ];
};
