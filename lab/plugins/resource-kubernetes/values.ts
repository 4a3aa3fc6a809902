import struct from "google-protobuf/google/protobuf/struct_pb.js";

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type JsonObject = Record<string, Json>;

/** Marks of the engine's property encoding (pulumi, sdk/go/common/resource/properties.go). */
const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";
const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

export type Path = readonly (string | number)[];

/** Properties as the API server takes them, and which of them are secret. */
export interface Plain {
  readonly value: JsonObject;
  readonly secrets: readonly Path[];
}

export function fromStruct(properties: struct.Struct | undefined): JsonObject {
  return properties?.toJavaScript() ?? {};
}

export function toStruct(properties: JsonObject): struct.Struct {
  return struct.Struct.fromJavaScript(properties);
}

/** Takes the marks off secrets, and remembers where they were. */
export function reveal(marked: JsonObject): Plain {
  const secrets: Path[] = [];
  const visit = (value: Json, path: Path): Json => {
    if (Array.isArray(value)) return value.map((item, index) => visit(item, [...path, index]));
    if (value === null || typeof value !== "object") return value;
    if (value[SIGNATURE] === SECRET) {
      secrets.push(path);
      return visit(value["value"] ?? null, path);
    }
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [key, visit(item, [...path, key])]),
    );
  };
  return { value: visit(marked, []) as JsonObject, secrets };
}

/** Marks what stands at these paths as secret; paths that are not there are left out. */
export function conceal(value: JsonObject, secrets: readonly Path[]): JsonObject {
  const mark = (json: Json, path: Path): Json => {
    if (secrets.some((secret) => isSamePath(secret, path))) {
      return { [SIGNATURE]: SECRET, value: json };
    }
    if (Array.isArray(json)) return json.map((item, index) => mark(item, [...path, index]));
    if (json === null || typeof json !== "object") return json;
    return Object.fromEntries(
      Object.entries(json).map(([key, item]) => [key, mark(item, [...path, key])]),
    );
  };
  return mark(value, []) as JsonObject;
}

const isSamePath = (a: Path, b: Path): boolean =>
  a.length === b.length && a.every((key, index) => key === b[index]);

/** Whether anything in it is known only once another resource exists. */
export function hasUnknown(value: Json): boolean {
  if (value === UNKNOWN) return true;
  if (value === null || typeof value !== "object") return false;
  return Object.values(value).some(hasUnknown);
}

export const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The value at a path, or undefined where the path leads nowhere. */
export function at(value: Json | undefined, ...path: Path): Json | undefined {
  let found: Json | undefined = value;
  for (const key of path) {
    if (found === null || typeof found !== "object") return undefined;
    found = (found as Record<string | number, Json>)[key];
  }
  return found;
}

export function textAt(value: Json | undefined, ...path: Path): string | undefined {
  const found = at(value, ...path);
  return typeof found === "string" ? found : undefined;
}

/** A condition of an object's status, for example `[Unschedulable] 0/1 nodes are available`. */
export const conditionInWords = (condition: JsonObject): string =>
  `[${textAt(condition, "reason") ?? ""}] ${textAt(condition, "message") ?? ""}`;

export function numberAt(value: Json | undefined, ...path: Path): number | undefined {
  const found = at(value, ...path);
  return typeof found === "number" ? found : undefined;
}

export function objectsAt(value: Json | undefined, ...path: Path): JsonObject[] {
  const found = at(value, ...path);
  return Array.isArray(found) ? found.filter(isObject) : [];
}
