import type { StackResource } from "./rule.ts";

/** Everything that must have been made before the resource: what it waits for, and what that waits for. */
export function ancestorsOf(
  resource: StackResource,
  resources: readonly StackResource[],
): ReadonlySet<string> {
  const byUrn = new Map(resources.map((each) => [each.urn, each]));
  const ancestors = new Set<string>();
  const next = [...resource.dependencies];
  for (let urn = next.pop(); urn !== undefined; urn = next.pop()) {
    if (ancestors.has(urn)) continue;
    ancestors.add(urn);
    next.push(...(byUrn.get(urn)?.dependencies ?? []));
  }
  return ancestors;
}

const INSTANCE_TYPE = "bookwyrm:components:BookWyrm";

/** The component that makes one BookWyrm, which the resource belongs to; undefined in a program without it. */
export function instanceOf(
  resource: StackResource,
  resources: readonly StackResource[],
): StackResource | undefined {
  let parent = resources.find(({ urn }) => urn === resource.parent);
  while (parent !== undefined && parent.type !== INSTANCE_TYPE) {
    const { parent: urn } = parent;
    parent = resources.find((each) => each.urn === urn);
  }
  return parent;
}
