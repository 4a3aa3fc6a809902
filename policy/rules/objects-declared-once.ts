import { isOwnVersion } from "../objects.ts";
import { textOf } from "../read.ts";
import type { StackFinding, StackRule } from "../rule.ts";
import { beside, everyStackObjectOf, mayBeEqual, placeOf, type StackObject } from "../workloads.ts";

/**
 * Patches of what something else than this stack makes are left alone. What a program only reads, with `get`, is
 * in the stack as well, and nothing tells a pack that it is (Pulumi 3.259, step_generator.go, AnalyzeResources).
 */
export const objectsDeclaredOnce: StackRule = {
  name: "objects-declared-once",
  description: "Each object is made by one resource of the stack, and no other patches it.",
  severity: "critical",
  why: "every rule judges each of the two by itself: one says that the pods are BookWyrm's, and the other has the fault.",
  failures: [8, 35, 43],
  examples: {
    good: `# new k8s.apps.v1.Deployment("web", …): its image stands in it`,
    bad: `# new k8s.apps.v1.Deployment("web", …), and beside it
# new k8s.apps.v1.DeploymentPatch("other-image", …)
metadata:
  name: web`,
  },
  judgeStack: (resources) =>
    [...byKind(everyStackObjectOf(resources)).values()].flatMap((alike) => [
      ...repeated(alike),
      ...patched(alike),
    ]),
};

/** One kind may be in several API versions, and of Kubernetes' own also in several groups. */
function byKind(objects: readonly StackObject[]): ReadonlyMap<string, readonly StackObject[]> {
  const kinds = new Map<string, StackObject[]>();
  for (const object of objects) {
    const { kind, apiVersion } = object;
    const group = isOwnVersion(apiVersion) ? "" : apiVersion.replace(/\/.*$/, "");
    const alike = kinds.get(`${group}/${kind}`);
    if (alike === undefined) kinds.set(`${group}/${kind}`, [object]);
    else alike.push(object);
  }
  return kinds;
}

const nameOf = (object: StackObject): string | undefined => textOf(object.read("metadata", "name"));

function repeated(alike: readonly StackObject[]): StackFinding[] {
  const firsts = new Map<string, StackObject>();
  return alike.flatMap((object): StackFinding[] => {
    const name = nameOf(object);
    const place = placeOf(object);
    if (object.isPatch || name === undefined || place === undefined) return [];
    const identity = `${name} in ${place}`;
    const first = firsts.get(identity);
    if (first !== undefined) return [made(object, name, first)];
    firsts.set(identity, object);
    return [];
  });
}

function patched(alike: readonly StackObject[]): StackFinding[] {
  const patches = alike.filter(({ isPatch }) => isPatch);
  if (patches.length === 0) return [];
  const declared = alike.filter(
    ({ isPatch, read }) => !isPatch && read("metadata", "name").state !== "absent",
  );
  const declaredBeside = beside(declared);
  return patches.flatMap((patch): StackFinding[] => {
    const name = patch.read("metadata", "name");
    if (name.state === "absent") return [];
    const candidates = declaredBeside(patch).filter(({ read }) =>
      mayBeEqual(read("metadata", "name"), name),
    );
    const text = textOf(name);
    const place = placeOf(patch);
    const target = candidates.find(
      (each) => place !== undefined && nameOf(each) === text && placeOf(each) === place,
    );
    if (text !== undefined && target !== undefined) return [made(patch, text, target)];
    const [candidate] = candidates;
    if (candidate === undefined) return [];
    const problem = `may be that of the ${patch.kind} which the resource "${candidate.resource.name}" makes: not all of it is known yet`;
    return [{ ...fault(patch, problem), isUnknown: true }];
  });
}

const made = (object: StackObject, name: string, { resource }: StackObject): StackFinding =>
  fault(object, `is "${name}", and the resource "${resource.name}" makes this ${object.kind}`);

const fault = ({ resource, at }: StackObject, problem: string): StackFinding => ({
  urn: resource.urn,
  path: at("metadata.name"),
  problem,
  fix: "write what it says into that resource, and leave this one out; where that one only reads the object, write the name itself",
});
