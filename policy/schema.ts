import type { PolicyConfigSchema } from "@pulumi/policy";

type Schema = PolicyConfigSchema["properties"][string];

/** What is wrong with one part of a rule's configuration. */
export interface SchemaMistake {
  /** For example `registries[0]`. */
  readonly path: string;
  readonly problem: string;
}

/** The keywords of JSON Schema that are understood here; a test holds the rules to them. */
export const KEYWORDS = ["type", "enum", "items", "minItems", "minimum", "pattern", "description"];

/** Every mistake in a rule's configuration; what the schema does not name is one. */
export function schemaMistakes(
  { properties = {}, required = [] }: Partial<PolicyConfigSchema>,
  config: Readonly<Record<string, unknown>>,
): SchemaMistake[] {
  const known = Object.keys(properties);
  const missing = required
    .filter((property) => config[property] === undefined)
    .map((path) => ({ path, problem: "is not set" }));
  const wrong = Object.entries(config).flatMap(([path, value]): SchemaMistake[] => {
    const schema = Object.hasOwn(properties, path) ? properties[path] : undefined;
    if (schema !== undefined) return valueMistakes(schema, value, path);
    const problem =
      known.length === 0
        ? "is set, and the rule takes no configuration"
        : `is no property of this rule; it takes ${known.join(", ")}`;
    return [{ path, problem }];
  });
  return [...missing, ...wrong];
}

function valueMistakes(
  { type, enum: choices, items, minItems = 0, minimum = -Infinity, pattern }: Schema,
  value: unknown,
  path: string,
): SchemaMistake[] {
  const mistake = (problem: string): SchemaMistake[] => [{ path, problem }];
  const found = `is ${JSON.stringify(value)}`;
  const types: readonly string[] = type === undefined ? [] : [type].flat();
  if (types.length > 0 && !types.some((type) => isOfType(type, value))) {
    return mistake(`${found}, which is not of type ${types.join(" or ")}`);
  }
  if (choices !== undefined && !(choices as readonly unknown[]).includes(value)) {
    return mistake(
      `${found}, which is none of ${choices.map((one) => JSON.stringify(one)).join(", ")}`,
    );
  }
  if (typeof value === "number" && value < minimum) {
    return mistake(`${found}, which is less than ${minimum.toString()}`);
  }
  if (typeof value === "string" && pattern !== undefined && !new RegExp(pattern, "u").test(value)) {
    return mistake(`${found}, which does not match ${pattern}`);
  }
  if (!Array.isArray(value)) return [];
  if (value.length < minItems) {
    return mistake(value.length === 0 ? "is empty" : `has fewer than ${minItems.toString()} items`);
  }
  if (items === undefined) return [];
  return value.flatMap((item, index) =>
    valueMistakes(items as Schema, item, `${path}[${index.toString()}]`),
  );
}

function isOfType(type: string, value: unknown): boolean {
  if (type === "null") return value === null;
  if (type === "array") return Array.isArray(value);
  if (type === "integer") return Number.isInteger(value);
  return typeof value === type && value !== null && !Array.isArray(value);
}
