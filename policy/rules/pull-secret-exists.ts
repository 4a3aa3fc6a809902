import { parseImageReference } from "../../model/image-reference.ts";
import { imagesOf } from "../images.ts";
import { pathIn, readPod } from "../pods.ts";
import {
  dockerConfigOf,
  isPullSecret,
  opens,
  PULL_SECRET_TYPE,
  type RegistryLogin,
} from "../pull-secrets.ts";
import { itemsOf, textOf } from "../read.ts";
import { remembered } from "../remember.ts";
import type { Finding, StackFinding, StackRule } from "../rule.ts";
import {
  beside,
  mayBeEqual,
  type StackObject,
  stackObjectsOf,
  type Workload,
  workloadsOf,
} from "../workloads.ts";

/** A name, a namespace or a content that is not known yet counts as the right one. */
export const pullSecretExists: StackRule = {
  name: "pull-secret-exists",
  description:
    "The pull secrets of every pod exist beside it, and open the registries of its images.",
  severity: "high",
  why: "a pod whose pull secret is missing starts all the same, on nodes that have the image, and on no other.",
  failures: [9],
  examples: {
    good: `# Secret uostas-registry, of type ${PULL_SECRET_TYPE}, for harbor.example.org
containers:
  - image: harbor.example.org/uostas/bookwyrm:release-0.9.2-c9addf2@sha256:<64 hex digits>
imagePullSecrets:
  - name: uostas-registry`,
    bad: `# Secret uostas-registry, of type Opaque
imagePullSecrets:
  - name: uostas-registry`,
  },
  configSchema: {
    properties: {
      existing: {
        type: "array",
        items: { type: "string" },
        description: "Names of pull secrets that something else than this program makes",
      },
    },
  },
  judgeStack: (resources, { existing = [] }) => {
    const secretsBeside = beside(stackObjectsOf(resources, "Secret"));
    return workloadsOf(resources).flatMap((workload) =>
      faultsOf(workload, secretsBeside(workload), existing as readonly string[]).map(
        (finding): StackFinding => ({
          urn: workload.resource.urn,
          ...finding,
        }),
      ),
    );
  },
};

function faultsOf(
  workload: Workload,
  secrets: readonly StackObject[],
  existing: readonly string[],
): Finding[] {
  // That there is no name is for pull-secret-present.
  const references = itemsOf(readPod(workload.pod, "spec", "imagePullSecrets"))
    .map((item, index) => ({ name: item("name"), index }))
    .filter(({ name }) => name.state !== "absent");
  const judged = references.map(({ name, index }): Judged => {
    const candidates = secrets.filter(({ read }) => mayBeEqual(read("metadata", "name"), name));
    const usable = candidates.filter(mayBePullSecret);
    const isElsewhere = existing.includes(textOf(name) ?? "");
    if (isElsewhere) return { findings: [], logins: undefined };
    if (usable.length > 0) return { findings: [], logins: loginsOfAll(usable) };
    const finding = {
      path: pathIn(workload.pod, `spec.imagePullSecrets[${index.toString()}].name`),
      problem: problemOf(name, candidates),
      fix: `make a Secret of type ${PULL_SECRET_TYPE} in the pod's namespace, or name it under existing in policy-config/<stack>.json`,
    };
    return { findings: [finding], logins: undefined };
  });
  const findings = judged.flatMap((each) => each.findings);
  const logins = judged.map((each) => each.logins);
  const isAllKnown = logins.length > 0 && !logins.includes(undefined);
  const known = logins.flatMap((each) => each ?? []);
  return isAllKnown ? [...findings, ...closedImages(workload, known)] : findings;
}

/** One reference to a pull secret. */
interface Judged {
  readonly findings: readonly Finding[];
  /** What it holds; undefined where that is not known. */
  readonly logins: readonly RegistryLogin[] | undefined;
}

const mayBePullSecret = (secret: StackObject): boolean =>
  isPullSecret(secret) || secret.read("type").state === "unknown";

function problemOf(
  name: { readonly state: string; readonly value?: unknown },
  [candidate]: readonly StackObject[],
): string {
  if (candidate === undefined) {
    return name.state === "known"
      ? `is ${JSON.stringify(name.value)}, and the stack makes no such Secret in this namespace`
      : "is not known yet, and the stack makes no Secret in this namespace";
  }
  const type = candidate.read("type");
  const found = type.state === "known" ? JSON.stringify(type.value) : "not set";
  return `is ${JSON.stringify(name.value)}, a Secret whose type is ${found}`;
}

function loginsOfAll(secrets: readonly StackObject[]): readonly RegistryLogin[] | undefined {
  const logins = secrets.map(loginsOf);
  return logins.includes(undefined) ? undefined : logins.flatMap((each) => each ?? []);
}

/** What a secret holds; undefined where that is not known. */
const loginsOf = remembered((secret: StackObject): readonly RegistryLogin[] | undefined => {
  const logins = isPullSecret(secret) ? dockerConfigOf(secret)?.logins : undefined;
  if (logins === undefined) return undefined;
  return "problem" in logins ? [] : logins;
});

const closedImages = ({ pod }: Workload, logins: readonly RegistryLogin[]): Finding[] =>
  imagesOf(pod).flatMap(({ reference, path }): Finding[] => {
    if (reference.state !== "known" || typeof reference.value !== "string") return [];
    const image = parseImageReference(reference.value);
    if ("problem" in image) return [];
    if (logins.some(({ scope }) => scope !== undefined && opens(scope, image))) return [];
    const opened = logins.map(({ key }) => key).join(", ") || "no registry";
    return [
      {
        path,
        problem: `comes from ${image.registry}, and the pod's pull secrets open ${opened}`,
        fix: `add a login with the key "${image.registry}" to the pull secret`,
      },
    ];
  });
