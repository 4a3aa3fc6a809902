import { homePattern } from "../model/image-home.ts";

// CEL, as ValidatingAdmissionPolicy reads it (Kubernetes 1.30 and later). `dyn` keeps the API server from
// checking an expression against kinds that the branch in it is not for.

const DIGEST_PATTERN = "^[^@]+@sha256:[0-9a-f]{64}$";

const podSpecOf = (object: "object" | "oldObject"): string =>
  [
    `request.kind.kind == 'Pod' ? dyn(${object}).spec`,
    `request.kind.kind == 'PodTemplate' ? dyn(${object}).template.spec`,
    `request.kind.kind == 'CronJob' ? dyn(${object}).spec.jobTemplate.spec.template.spec`,
    `dyn(${object}).spec.template.spec`,
  ].join(" : ");

/** Containers of every sort, and the images that are mounted as volumes. */
const imagesOf = (podSpec: string): string =>
  [
    ...["containers", "initContainers", "ephemeralContainers"].map(
      (list) => `${podSpec}.?${list}.orValue([]).map(c, c.?image.orValue(''))`,
    ),
    `${podSpec}.?volumes.orValue([]).filter(v, has(v.image)).map(v, v.image.?reference.orValue(''))`,
  ].join(" + ");

/** The parts of kube-controller-manager that make pods, and what makes pods, by their service accounts. */
const CONTROLLERS = [
  "cronjob",
  "daemon-set",
  "deployment",
  "job",
  "replicaset",
  "replication",
  "statefulset",
].map((name) => `system:serviceaccount:kube-system:${name}-controller`);

const list = (texts: readonly string[]): string =>
  `[${texts.map((text) => `'${text}'`).join(", ")}]`;

export interface Expression {
  readonly name: string;
  readonly expression: string;
}

/** What the validations are made of; each may use those before it. */
export const variables = (homes: readonly string[]): Expression[] => [
  { name: "podSpec", expression: podSpecOf("object") },
  { name: "oldPodSpec", expression: `oldObject == null ? dyn({}) : (${podSpecOf("oldObject")})` },
  { name: "oldImages", expression: imagesOf("variables.oldPodSpec") },
  // What was there before may stay: an old object can be labelled, scaled down and finalized.
  {
    name: "images",
    expression: `(${imagesOf("variables.podSpec")}).filter(i, !(i in variables.oldImages))`,
  },
  { name: "unpinned", expression: `variables.images.filter(i, !i.matches(r'${DIGEST_PATTERN}'))` },
  {
    name: "foreign",
    expression: `variables.images.filter(i, !i.matches(r'${homePattern(homes)}'))`,
  },
  // Their templates were judged when somebody wrote them. After a move to another registry the pods of
  // the release before can still be replaced, until the new ones have proved themselves.
  { name: "isController", expression: `request.userInfo.username in ${list(CONTROLLERS)}` },
];

export interface Validation {
  readonly expression: string;
  readonly messageExpression: string;
  readonly reason: "Forbidden";
}

/** The same from release to release, and so is the policy. */
export const validations = (homes: readonly string[]): Validation[] => [
  {
    expression: "variables.unpinned.size() == 0",
    messageExpression: `'no sha256 digest: ' + variables.unpinned.join(', ') + ". ${[
      "A tag can be pushed again, so nobody could tell what runs.",
      "To deploy, set bookwyrm:image in the file of the stack to an image with its digest, and run pulumi up.",
      "To look around, give kubectl debug an image with its digest, for example the pod's own.",
    ].join(" ")}"`,
    reason: "Forbidden",
  },
  {
    // A preview asks by dry run, when the policy still knows only the registries of the release before.
    expression:
      "variables.isController || request.?dryRun.orValue(false) || variables.foreign.size() == 0",
    messageExpression: `'not from ${homes.join(" or ")}: ' + variables.foreign.join(', ') + '. ${[
      "Push the image there,",
      "or add its registry and project to alsoFrom in bookwyrm:admission in the file of the stack, and run pulumi up.",
    ].join(" ")}'`,
    reason: "Forbidden",
  },
];
