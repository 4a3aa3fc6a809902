import type { Resource } from "./pods.ts";
import { read, readList, readText, type Value } from "./read.ts";
import { remembered } from "./remember.ts";

/** A Kubernetes object: a resource of its own, or one item of a List. */
export interface KubernetesObject {
  /** For example `Deployment`. */
  readonly kind: string;
  /** A Patch says only what it changes: what it leaves out is no fault. */
  readonly isPatch: boolean;
  readonly read: (...path: readonly (string | number)[]) => Value;
  /** Where a field of the object stands within the resource; the object itself, for an empty path. */
  readonly at: (path: string) => string;
}

const TYPE = /^kubernetes:.*:(?<kind>[A-Za-z]*?)(?<form>List|Patch)?$/;

/** Every object of these kinds that a resource makes, in any API version, alone, as a Patch, or in a List. */
export const objectsOf = (
  resource: Pick<Resource, "type" | "props">,
  ...kinds: readonly string[]
): KubernetesObject[] => everyObjectOf(resource).filter(({ kind }) => kinds.includes(kind));

/** Every object that a resource makes, of whatever kind. */
export const everyObjectOf = remembered(
  ({ type, props }: Pick<Resource, "type" | "props">): readonly KubernetesObject[] => {
    const { kind, form } = TYPE.exec(type)?.groups ?? {};
    if (kind === undefined) return [];
    if (form === "List") return listed(kind, props);
    return [
      {
        kind,
        isPatch: form === "Patch",
        read: (...path) => read(props, ...path),
        at: (path) => path,
      },
    ];
  },
);

/** An item that is not known has the kind that its list is of: nothing can be said for it but that. */
function listed(listKind: string, props: unknown): KubernetesObject[] {
  const items = readList(props, "items");
  return (items === "unknown" ? [{ state: "unknown" } as const] : items).map((item, index) => {
    const known = item.state === "known" ? item.value : undefined;
    return {
      kind: readText(known, "kind") ?? listKind,
      isPatch: false,
      read: (...path) => (item.state === "unknown" ? item : read(known, ...path)),
      at: (path) => [`items[${index.toString()}]`, path].filter((part) => part !== "").join("."),
    };
  });
}
