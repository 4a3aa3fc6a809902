import { UnknownValueError } from "@pulumi/policy";

/** Stands for a value that is not known before the update. */
export const UNKNOWN: unique symbol = Symbol("not known yet");

/**
 * The values of a resource, plain, with UNKNOWN in place of those that are not known. Reading such a value
 * from what the SDK hands over aborts the rule and turns its verdict into an advisory (@pulumi/policy 1.21,
 * server.js): a rule that saw one would let everything else pass.
 */
export function snapshot(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  const read = (key: string): unknown => {
    try {
      return snapshot((value as Record<string, unknown>)[key]);
    } catch (error) {
      if (error instanceof UnknownValueError) return UNKNOWN;
      throw error;
    }
  };
  const keys = Object.keys(value);
  return Array.isArray(value)
    ? keys.map(read)
    : Object.fromEntries(keys.map((key) => [key, read(key)]));
}

/** Whether a value, or any part of it, is not known. */
export const hasUnknown = (value: unknown): boolean =>
  value === UNKNOWN ||
  (typeof value === "object" && value !== null && Object.values(value).some(hasUnknown));
