import { UnknownValueError } from "@pulumi/policy";

/**
 * A value of a resource, as a rule sees it in preview. Reading an unknown value aborts a rule and turns
 * its verdict into an advisory (@pulumi/policy 1.21, server.js), so rules never read in any other way.
 */
export type Value =
  | { readonly state: "known"; readonly value: unknown }
  | { readonly state: "absent" }
  | { readonly state: "unknown" };

const ABSENT: Value = { state: "absent" };

/** Follows a path; a step into something that has no such field is absent, and so is null. */
export function read(object: unknown, ...path: readonly (string | number)[]): Value {
  try {
    let value = object;
    for (const step of path) {
      if (typeof value !== "object" || value === null) return ABSENT;
      value = (value as Record<string | number, unknown>)[step];
    }
    return value === undefined || value === null ? ABSENT : { state: "known", value };
  } catch (error) {
    if (error instanceof UnknownValueError) return { state: "unknown" };
    throw error;
  }
}

/** A known text; undefined for everything else. */
export function readText(
  object: unknown,
  ...path: readonly (string | number)[]
): string | undefined {
  const found = read(object, ...path);
  return found.state === "known" && typeof found.value === "string" ? found.value : undefined;
}

/** The items of a list, each by itself, so that an unknown one does not hide the others. */
export function readList(
  object: unknown,
  ...path: readonly (string | number)[]
): readonly Value[] | "unknown" {
  const found = read(object, ...path);
  if (found.state === "unknown") return "unknown";
  if (found.state === "absent" || !Array.isArray(found.value)) return [];
  const list: readonly unknown[] = found.value;
  return Array.from({ length: list.length }, (_, index) => read(list, index));
}

/** Reads below each item of a list; a list that is not known is one item that is not. */
export function itemsOf(list: Value): readonly ((...path: readonly string[]) => Value)[] {
  if (list.state === "unknown") return [() => list];
  if (list.state === "absent") return [];
  const items = readList(list, "value");
  if (items === "unknown") return [];
  return items.map(
    (item) =>
      (...path) =>
        item.state === "known" ? read(item.value, ...path) : item,
  );
}
