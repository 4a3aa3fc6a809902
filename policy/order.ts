import type { Finding } from "./rule.ts";

const compare = (a: string, b: string): number => (a < b ? -1 : Number(a > b));

/** The engine hands over the resources of a stack in another order each time; messages keep theirs. */
export const inOrder = <T extends Finding & { readonly urn?: string }>(
  findings: readonly T[],
): T[] =>
  [...findings].sort(
    (a, b) =>
      compare(a.urn ?? "", b.urn ?? "") || compare(a.path, b.path) || compare(a.problem, b.problem),
  );
