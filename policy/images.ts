import { type ImageReference, parseImageReference } from "../model/image-reference.ts";
import { CONTAINER_LISTS, containersOf, pathIn, type Pod, readContainer, readPod } from "./pods.ts";
import { read, readList, readText, type Value } from "./read.ts";
import type { Finding } from "./rule.ts";

/** Something that a node pulls for a pod: what a container runs, or what a volume mounts. */
interface Image {
  readonly reference: Value;
  /** For example `spec.template.spec.containers[web].image`. */
  readonly path: string;
  readonly pullPolicy: Value;
  readonly pullPolicyPath: string;
}

/** Where the images of a pod stand below its template, as `ignoreChanges` names them. */
export const IMAGE_PATHS: readonly { readonly path: string; readonly owner: string }[] = [
  ...CONTAINER_LISTS.map((list) => ({ path: `spec.${list}[*].image`, owner: "container" })),
  { path: "spec.volumes[*].image.reference", owner: "volume" },
];

/** All images of a pod; one that is not known may be any. */
export const imagesOf = (pod: Pod): readonly Image[] => [
  ...containersOf(pod).map((container) => ({
    reference: readContainer(container, "image"),
    path: `${container.path}.image`,
    pullPolicy: readContainer(container, "imagePullPolicy"),
    pullPolicyPath: `${container.path}.imagePullPolicy`,
  })),
  ...volumeImagesOf(pod),
];

function volumeImagesOf(pod: Pod): Image[] {
  const path = pathIn(pod, "spec.volumes");
  const spec = readPod(pod, "spec");
  // Where all of the pod is unknown, its container says so.
  if (spec.state !== "known") return [];
  const volumes = readList(spec.value, "volumes");
  if (volumes === "unknown") return [volumeImage(`${path}[*]`, { state: "unknown" })];
  return volumes.flatMap((volume, index) => {
    const image = volume.state === "known" ? read(volume.value, "image") : volume;
    if (image.state === "absent") return [];
    const name = volume.state === "known" ? readText(volume.value, "name") : undefined;
    return [volumeImage(`${path}[${name ?? index.toString()}]`, image)];
  });
}

function volumeImage(path: string, image: Value): Image {
  const field = (name: string): Value =>
    image.state === "known" ? read(image.value, name) : image;
  return {
    reference: field("reference"),
    path: `${path}.image.reference`,
    pullPolicy: field("pullPolicy"),
    pullPolicyPath: `${path}.image.pullPolicy`,
  };
}

/** Judges every image that is named; what is no image reference is a fault of its own. */
export function judgeImages(
  pod: Pod,
  fix: string,
  judge: (image: ImageReference, text: string) => string | undefined,
): Finding[] {
  return imagesOf(pod).flatMap(({ reference, path }): Finding[] => {
    const fault = (problem: string): Finding[] => [{ path, problem, fix }];
    if (reference.state === "unknown") {
      const problem = "is not known yet, so nobody can tell what would run";
      return [{ path, problem, fix, isUnknown: true }];
    }
    if (reference.state === "absent") return pod.isPatch ? [] : fault("is not set");
    if (typeof reference.value !== "string") return fault("is not a text");
    const text = reference.value;
    const parsed = parseImageReference(text);
    const problem = "problem" in parsed ? parsed.problem : judge(parsed, text);
    return problem === undefined ? [] : fault(`is "${text}": it ${problem}`);
  });
}
