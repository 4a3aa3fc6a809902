/** A step into an object or a list; `*` is every one of them. */
type Step = string;

const STEP = /\["(?<quoted>(?:[^"\\]|\\.)*)"\]|\[(?<index>\d+|\*)\]|(?<name>[^.[\]]+)/g;

/** The steps of a path as `ignoreChanges` takes it, for example `spec.containers[0].image` or `spec["a.b"]`. */
export const stepsOf = (path: string): readonly Step[] =>
  [...path.matchAll(STEP)].map(
    ({ groups }) => groups?.["quoted"] ?? groups?.["index"] ?? groups?.["name"] ?? "",
  );

/** Whether a change of the one may be a change of the other: they are equal, or one contains the other. */
export function overlaps(one: readonly Step[], other: readonly Step[]): boolean {
  const length = Math.min(one.length, other.length);
  return one
    .slice(0, length)
    .every((step, index) => step === "*" || other[index] === "*" || step === other[index]);
}
