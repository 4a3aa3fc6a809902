import type { Value } from "./read.ts";

/** What is wrong with a field that must have one of some values; undefined where nothing is. */
export function faultOf(value: Value, isRight: (value: unknown) => boolean): string | undefined {
  if (value.state === "absent") return "is not set";
  if (value.state === "unknown") return "is not known yet";
  return isRight(value.value) ? undefined : `is ${JSON.stringify(value.value)}`;
}

/** The same for a field that is right when it is left out. */
export const faultIfSet = (
  value: Value,
  isRight: (value: unknown) => boolean,
): string | undefined => (value.state === "absent" ? undefined : faultOf(value, isRight));

/** One finding where there is a fault. */
export const finding = (
  path: string,
  problem: string | undefined,
  fix: string,
): { path: string; problem: string; fix: string }[] =>
  problem === undefined ? [] : [{ path, problem, fix }];
