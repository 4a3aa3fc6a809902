import type { Kind } from "./cluster.ts";
import { isAutonamed } from "./naming.ts";
import { isObject, type Json, type JsonObject, textAt } from "./values.ts";

export type Change = "add" | "delete" | "update";

export interface Difference {
  /** By path, for example `spec.template.spec.containers[0].image`. */
  readonly changes: ReadonlyMap<string, Change>;
  /** The changed paths that Kubernetes does not let anybody change. */
  readonly replaces: readonly string[];
  /** A replacement under the same name can only come after its predecessor is gone. */
  readonly deleteBeforeReplace: boolean;
}

export interface ImmutabilityOptions {
  readonly configMapMutable: boolean;
  readonly secretMutable: boolean;
}

/** Compares what the program asked for before and asks for now. */
export function difference(
  oldInputs: JsonObject,
  newInputs: JsonObject,
  kind: Kind,
  options: ImmutabilityOptions,
): Difference {
  const changes = new Map<string, Change>();
  compare(oldInputs, newInputs, "", changes);
  const fixed = fixedFields(kind, options);
  const replaces = [...changes.keys()].filter((path) =>
    fixed.some(
      (field) => path === field || path.startsWith(`${field}.`) || path.startsWith(`${field}[`),
    ),
  );
  return {
    changes,
    replaces,
    deleteBeforeReplace:
      replaces.length > 0 && !isAutonamed(newInputs) && hasSameName(oldInputs, newInputs),
  };
}

function hasSameName(oldInputs: JsonObject, newInputs: JsonObject): boolean {
  return ["name", "namespace"].every(
    (field) => textAt(oldInputs, "metadata", field) === textAt(newInputs, "metadata", field),
  );
}

function compare(
  before: Json | undefined,
  after: Json | undefined,
  path: string,
  changes: Map<string, Change>,
): void {
  if (before === after) return;
  if (before === undefined || before === null) {
    if (after !== undefined && after !== null) changes.set(path, "add");
  } else if (after === undefined || after === null) {
    changes.set(path, "delete");
  } else if (Array.isArray(before) && Array.isArray(after)) {
    for (let index = 0; index < Math.max(before.length, after.length); index++) {
      compare(before[index], after[index], `${path}[${index.toString()}]`, changes);
    }
  } else if (isObject(before) && isObject(after)) {
    for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
      compare(before[key], after[key], join(path, key), changes);
    }
  } else {
    changes.set(path, "update");
  }
}

const join = (path: string, key: string): string => {
  const isPlain = /^\w+$/.test(key);
  if (!isPlain) return `${path}[${JSON.stringify(key)}]`;
  return path === "" ? key : `${path}.${key}`;
};

/**
 * Fields whose change is a replacement, by kind, as in the official provider (pkg/provider/diff.go), which
 * knows more kinds and can change some of a Pod's fields.
 */
const FIXED_FIELDS: Readonly<Record<string, readonly string[]>> = {
  "apps/v1 Deployment": ["spec.selector"],
  "apps/v1 StatefulSet": [
    "spec.podManagementPolicy",
    "spec.revisionHistoryLimit",
    "spec.selector",
    "spec.serviceName",
    "spec.volumeClaimTemplates",
  ],
  "batch/v1 Job": ["spec.completions", "spec.parallelism", "spec.selector", "spec.template"],
  "v1 ConfigMap": ["binaryData", "data"],
  "v1 PersistentVolumeClaim": [
    "spec.accessModes",
    "spec.selector",
    "spec.storageClassName",
    "spec.volumeName",
  ],
  "v1 Pod": ["spec"],
  "v1 ResourceQuota": ["spec.scopes"],
  "v1 Secret": ["type", "stringData", "data"],
  "v1 Service": ["spec.clusterIP"],
  "rbac.authorization.k8s.io/v1 ClusterRoleBinding": ["roleRef"],
  "rbac.authorization.k8s.io/v1 RoleBinding": ["roleRef"],
  "storage.k8s.io/v1 StorageClass": ["parameters", "provisioner"],
};

function fixedFields({ apiVersion, kind }: Kind, options: ImmutabilityOptions): readonly string[] {
  const always = ["metadata.name", "metadata.namespace"];
  if (kind === "ConfigMap" && options.configMapMutable) return always;
  if (kind === "Secret" && options.secretMutable) return [...always, "type"];
  return [...always, ...(FIXED_FIELDS[`${apiVersion} ${kind}`] ?? [])];
}
