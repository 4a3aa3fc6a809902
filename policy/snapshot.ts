import { UnknownValueError } from "@pulumi/policy";
import proxy from "@pulumi/policy/proxy.js";

/** Stands for a value that is not known before the update. */
export const UNKNOWN: unique symbol = Symbol("not known yet");

/**
 * The values of a resource, plain, with UNKNOWN in place of those that are not known. Reading such a value
 * from what the SDK hands over aborts the rule and turns its verdict into an advisory (@pulumi/policy 1.21,
 * server.js): a rule that saw one would let everything else pass.
 */
export function snapshot(value: unknown): unknown {
  const target = targetOf(value);
  return target === undefined || holdsUnknown(target) ? copyOf(value) : target;
}

function copyOf(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  const read = (key: string): unknown => {
    try {
      return copyOf((value as Record<string, unknown>)[key]);
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

const sdk = proxy as Readonly<Record<string, unknown>>;
/** What the engine sends for a value that is not known, one for each type of value. */
const SENT_AS_UNKNOWN = new Set(
  Object.entries(sdk)
    .filter(([name]) => /^unknown[A-Z]\w*Value$/.test(name))
    .map(([, sent]) => sent),
);

/**
 * What the SDK's checks stand before (@pulumi/policy 1.21, proxy.js): to read through them makes several objects
 * for each value. undefined where the SDK does not show it.
 */
function targetOf(value: unknown): unknown {
  const { isSpecialProxy: mark, getSpecialProxyTarget: target } = sdk;
  if (typeof mark !== "string" || typeof target !== "string" || SENT_AS_UNKNOWN.size === 0) {
    return undefined;
  }
  if (typeof value !== "object" || value === null) return undefined;
  const object = value as Readonly<Record<string, unknown>>;
  return object[mark] === true ? object[target] : undefined;
}

const holdsUnknown = (value: unknown): boolean =>
  typeof value === "object" && value !== null
    ? Object.values(value).some(holdsUnknown)
    : SENT_AS_UNKNOWN.has(value);

/** Whether a value, or any part of it, is not known. */
export const hasUnknown = (value: unknown): boolean =>
  value === UNKNOWN ||
  (typeof value === "object" && value !== null && Object.values(value).some(hasUnknown));
