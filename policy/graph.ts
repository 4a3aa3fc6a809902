import { remembered } from "./remember.ts";
import type { StackResource } from "./rule.ts";

const byUrn = remembered(
  (resources: readonly StackResource[]): ReadonlyMap<string, StackResource> =>
    new Map(resources.map((each) => [each.urn, each])),
);

/** The resource of a URN; undefined where the stack has none. */
const resourceAt = (
  resources: readonly StackResource[],
  urn: string | undefined,
): StackResource | undefined => (urn === undefined ? undefined : byUrn(resources).get(urn));

/** Everything that must have been made before the resource: what it waits for, and what that waits for. */
export function ancestorsOf(
  resource: StackResource,
  resources: readonly StackResource[],
): ReadonlySet<string> {
  const ancestors = new Set<string>();
  const next = [...resource.dependencies];
  for (let urn = next.pop(); urn !== undefined; urn = next.pop()) {
    if (ancestors.has(urn)) continue;
    ancestors.add(urn);
    next.push(...(resourceAt(resources, urn)?.dependencies ?? []));
  }
  return ancestors;
}

const INSTANCE_TYPE = "bookwyrm:components:BookWyrm";

/** The component that makes one BookWyrm, which the resource belongs to; undefined in a program without it. */
export function instanceOf(
  resource: StackResource,
  resources: readonly StackResource[],
): StackResource | undefined {
  let parent = resourceAt(resources, resource.parent);
  while (parent !== undefined && parent.type !== INSTANCE_TYPE) {
    parent = resourceAt(resources, parent.parent);
  }
  return parent;
}
