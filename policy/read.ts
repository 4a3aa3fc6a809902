import { UNKNOWN } from "./snapshot.ts";

/** A value of a resource, as a rule sees it in preview. */
export type Value =
  | { readonly state: "known"; readonly value: unknown }
  | { readonly state: "absent" }
  | { readonly state: "unknown" };

const ABSENT: Value = { state: "absent" };
const NOT_KNOWN: Value = { state: "unknown" };

/** Follows a path; a step into something that has no such field is absent, and so is null. */
export function read(object: unknown, ...path: readonly (string | number)[]): Value {
  let value = object;
  for (const step of path) {
    if (value === UNKNOWN) return NOT_KNOWN;
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, step)) return ABSENT;
    value = (value as Record<string | number, unknown>)[step];
  }
  if (value === UNKNOWN) return NOT_KNOWN;
  return value === undefined || value === null ? ABSENT : { state: "known", value };
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
  return found.value.map((item: unknown) => read(item));
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
