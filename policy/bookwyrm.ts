import { parseImageReference } from "../model/image-reference.ts";
import { BOOKWYRM_COMPONENTS, LABEL, PART_OF } from "../model/labels.ts";
import type { KubernetesObject } from "./objects.ts";
import {
  type Container,
  containersOf,
  isLongRunning,
  type Pod,
  pathIn,
  podIn,
  readContainer,
  readPod,
} from "./pods.ts";
import type { Value } from "./read.ts";
import { remembered } from "./remember.ts";

type Read = (...path: readonly string[]) => Value;

export type BookWyrmComponent = (typeof BOOKWYRM_COMPONENTS)[number];

/** Whether a label part-of says that it is BookWyrm's. */
export const isPartOfBookWyrm = (partOf: Value): boolean =>
  partOf.state === "known" && partOf.value === PART_OF;

/** The part of BookWyrm that labels name; undefined for all that does not run BookWyrm's image. */
function componentIn(labels: Read): BookWyrmComponent | undefined {
  const name = labels(LABEL.component);
  if (!isPartOfBookWyrm(labels(LABEL.partOf)) || name.state !== "known") return undefined;
  return BOOKWYRM_COMPONENTS.find((component) => component === name.value);
}

/** The part of BookWyrm that a pod runs. */
export const componentOf = remembered((pod: Pod): BookWyrmComponent | undefined =>
  componentIn((...path) => readPod(pod, "metadata", "labels", ...path)),
);

/**
 * Where labels that are not known yet hide that a pod runs BookWyrm, or which part of it: `componentOf` says
 * nothing then. undefined where they hide nothing.
 */
export function hiddenLabelOf(pod: Pod): string | undefined {
  const label = (...path: readonly string[]): Value => readPod(pod, "metadata", "labels", ...path);
  const mayBe = (value: Value, texts: readonly string[]): boolean =>
    value.state === "unknown" || (value.state === "known" && texts.some((t) => t === value.value));
  const [partOf, component] = [label(LABEL.partOf), label(LABEL.component)];
  if (!mayBe(partOf, [PART_OF]) || !mayBe(component, BOOKWYRM_COMPONENTS)) return undefined;
  if (label().state === "unknown") return pathIn(pod, "metadata.labels");
  const hidden = [LABEL.partOf, LABEL.component].find((key) => label(key).state === "unknown");
  return hidden === undefined ? undefined : pathIn(pod, `metadata.labels["${hidden}"]`);
}

/** The part of BookWyrm that a Deployment, or what has the same form, runs. */
export function componentRunBy(workload: KubernetesObject): BookWyrmComponent | undefined {
  const pod = podIn(workload, "spec", "template");
  return pod && componentOf(pod);
}

/** The part of BookWyrm that an object itself is labelled with. */
export const componentOfObject = (object: KubernetesObject): BookWyrmComponent | undefined =>
  componentIn((...path) => object.read("metadata", "labels", ...path));

/** The containers that run BookWyrm in one of its pods: not a sidecar of another image, and not a debugger. */
export const bookWyrmContainersOf = remembered((pod: Pod): readonly Container[] => {
  if (componentOf(pod) === undefined) return [];
  const containers = containersOf(pod);
  const isMain = ({ list }: Container): boolean => list === "containers";
  const repositories = containers.filter(isMain).map(repositoryOf);
  const isBookWyrmToo = (container: Container): boolean => {
    const repository = repositoryOf(container);
    return repository !== undefined && repositories.includes(repository);
  };
  return containers.filter(
    (container) =>
      isMain(container) ||
      (container.list === "initContainers" &&
        (!isLongRunning(pod, container) || isBookWyrmToo(container))),
  );
});

/** What a container's image is a version of; undefined where that is not known. */
function repositoryOf(container: Container): string | undefined {
  const image = readContainer(container, "image");
  if (image.state !== "known" || typeof image.value !== "string") return undefined;
  const reference = parseImageReference(image.value);
  return "problem" in reference ? undefined : `${reference.registry}/${reference.path}`;
}
