import { setTimeout as sleep } from "node:timers/promises";
import { ValidatingAdmissionPolicy } from "@pulumi/kubernetes/admissionregistration/v1/validatingAdmissionPolicy.js";
import { ValidatingAdmissionPolicyBinding } from "@pulumi/kubernetes/admissionregistration/v1/validatingAdmissionPolicyBinding.js";
import type { types } from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { admissionPolicyName } from "../model/admission.ts";
import { homeOf } from "../model/image-home.ts";
import type { PinnedImage } from "../model/pinned-image.ts";
import type { Settings } from "../model/settings.ts";
import { validations, variables } from "./admission-expressions.ts";

export interface AdmissionArgs {
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly settings: Pick<Settings, "admission" | "database" | "image" | "redis">;
}

/** Everything that holds a pod or a template of pods. Scale, status and eviction are resources of their own. */
const JUDGED = [
  {
    apiGroups: [""],
    resources: ["pods", "pods/ephemeralcontainers", "podtemplates", "replicationcontrollers"],
  },
  { apiGroups: ["apps"], resources: ["daemonsets", "deployments", "replicasets", "statefulsets"] },
  { apiGroups: ["batch"], resources: ["cronjobs", "jobs"] },
];

/**
 * An API server takes changed policies over once a second (Kubernetes 1.37, policy_source.go), and there may
 * be several. Without the wait, an update that moves to another registry meets the policy of the one before.
 */
const IN_FORCE_MS = 5_000;

/**
 * Lets the API server itself refuse an image that is not pinned by its digest or comes from elsewhere,
 * whoever sends it: `kubectl set image`, `edit`, `run` and `debug` pass by every other check. It asks
 * nobody and changes nothing.
 */
export class Admission extends pulumi.ComponentResource {
  constructor(name: string, args: AdmissionArgs, opts?: pulumi.ComponentResourceOptions) {
    super("bookwyrm:components:Admission", name, {}, opts);
    const { namespace, labels, settings } = args;
    const homes = [
      ...new Set([...imagesOf(settings).map(homeOf), ...settings.admission.alsoFrom]),
    ].sort();
    const metadata = { name: admissionPolicyName(namespace), labels };
    const policy = new ValidatingAdmissionPolicy(
      name,
      { metadata, spec: admissionPolicySpec(homes) },
      { parent: this, hooks: { afterUpdate: [() => sleep(IN_FORCE_MS)] } },
    );
    new ValidatingAdmissionPolicyBinding(
      name,
      { metadata, spec: admissionBindingSpec(policy.metadata.name, namespace) },
      { parent: this },
    );
    this.registerOutputs({});
  }
}

/** @param homes Registries with their projects, as `homeOf` writes them. */
export const admissionPolicySpec = (
  homes: readonly string[],
): types.input.admissionregistration.v1.ValidatingAdmissionPolicySpec => ({
  failurePolicy: "Fail",
  matchConstraints: {
    resourceRules: JUDGED.map((rule) => ({
      ...rule,
      apiVersions: ["v1"],
      operations: ["CREATE", "UPDATE"],
    })),
  },
  variables: variables(homes),
  validations: validations(homes),
});

export const admissionBindingSpec = (
  policyName: pulumi.Input<string>,
  namespace: string,
): types.input.admissionregistration.v1.ValidatingAdmissionPolicyBindingSpec => ({
  policyName,
  validationActions: ["Deny"],
  matchResources: {
    namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": namespace } },
  },
});

/** Every image that the program itself puts into the namespace. */
function imagesOf({ image, database, redis }: AdmissionArgs["settings"]): PinnedImage[] {
  return [
    image,
    ...(database.placement.kind === "in-cluster" ? [database.placement.image] : []),
    ...(redis.kind === "in-cluster" ? [redis.image] : []),
  ];
}
