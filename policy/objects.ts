import type { Resource } from "./pods.ts";
import { read, readList, readText, type Value } from "./read.ts";
import { remembered } from "./remember.ts";

/** A Kubernetes object: a resource of its own, or one item of a List. */
export interface KubernetesObject {
  /** For example `Deployment`. */
  readonly kind: string;
  /** For example `apps/v1`, and `core/v1` for the group without a name; empty where it is not known. */
  readonly apiVersion: string;
  /** A Patch says only what it changes: what it leaves out is no fault. */
  readonly isPatch: boolean;
  readonly read: (...path: readonly (string | number)[]) => Value;
  /** Where a field of the object stands within the resource; the object itself, for an empty path. */
  readonly at: (path: string) => string;
}

const TYPE = /^kubernetes:(?<version>.*):(?<kind>[^:]*?)(?<form>List|Patch)?$/;

/** Groups of Kubernetes itself and of its projects: their kinds are known, and so is where they have their pods. */
const OWN_GROUP = new RegExp(
  `^(?:core|meta|apps|batch|autoscaling|policy|extensions|(?:${[
    "admissionregistration",
    "apiextensions",
    "apiregistration",
    "authentication",
    "authorization",
    "certificates",
    "coordination",
    "discovery",
    "events",
    "flowcontrol.apiserver",
    "gateway.networking",
    "internal.apiserver",
    "metrics",
    "networking",
    "node",
    "rbac.authorization",
    "resource",
    "scheduling",
    "snapshot.storage",
    "storage",
    "storagemigration",
  ]
    .join("|")
    .replaceAll(".", "\\.")})\\.k8s\\.io)/`,
);

/** Whether a version is of a group whose kinds are known. Anybody may name a group `<something>.k8s.io`. */
export const isOwnVersion = (apiVersion: string): boolean => OWN_GROUP.test(apiVersion);

/** Every object of these kinds that a resource makes, in any API version, alone, as a Patch, or in a List. */
export const objectsOf = (
  resource: Pick<Resource, "type" | "props">,
  ...kinds: readonly string[]
): KubernetesObject[] => everyObjectOf(resource).filter(({ kind }) => kinds.includes(kind));

/** Every object that a resource makes, of whatever kind. */
export const everyObjectOf = remembered(
  ({ type, props }: Pick<Resource, "type" | "props">): readonly KubernetesObject[] => {
    const { version, kind, form } = TYPE.exec(type)?.groups ?? {};
    if (version === undefined || kind === undefined) return [];
    const apiVersion = qualified(version);
    const hasItems = isOwnVersion(apiVersion) || read(props, "items").state !== "absent";
    if (form === "List" && hasItems) return listed(kind, apiVersion, props, "");
    return [
      {
        kind: form === "List" ? `${kind}List` : kind,
        apiVersion,
        isPatch: form === "Patch",
        read: (...path) => read(props, ...path),
        at: (path) => path,
      },
    ];
  },
);

const qualified = (version: string): string => (/^v\d/.test(version) ? `core/${version}` : version);

/** An item that is not known has the kind that its list is of: nothing can be said for it but that. */
function listed(
  listKind: string,
  listVersion: string,
  list: unknown,
  place: string,
): KubernetesObject[] {
  const items = readList(list, "items");
  return (items === "unknown" ? [{ state: "unknown" } as const] : items).flatMap((item, index) => {
    const known = item.state === "known" ? item.value : undefined;
    const kind = readText(known, "kind") ?? listKind;
    const version = readText(known, "apiVersion");
    // A List of all kinds says nothing about the version of its items.
    const ofList = listKind === "" ? "" : listVersion;
    const apiVersion = version === undefined ? ofList : qualified(version);
    const here = `${place}items[${index.toString()}]`;
    if (kind.endsWith("List") && read(known, "items").state !== "absent") {
      return listed(kind.slice(0, -"List".length), apiVersion, known, `${here}.`);
    }
    return [
      {
        kind,
        apiVersion,
        isPatch: false,
        read: (...path) => (item.state === "unknown" ? item : read(known, ...path)),
        at: (path) => (path === "" ? here : `${here}.${path}`),
      },
    ];
  });
}
