import { type ImageReference, parseImageReference } from "../model/image-reference.ts";
import { containersOf, type Pod, readContainer } from "./pods.ts";
import type { Finding } from "./rule.ts";

/** Judges the image of every container that names one; what is no image reference is a fault of its own. */
export function judgeImages(
  pod: Pod,
  fix: string,
  judge: (image: ImageReference, text: string) => string | undefined,
): Finding[] {
  return containersOf(pod).flatMap((container): Finding[] => {
    const image = readContainer(container, "image");
    const fault = (problem: string): Finding[] => [
      { path: `${container.path}.image`, problem, fix },
    ];
    if (image.state === "unknown") {
      const problem = "is not known yet, so nobody can tell what would run";
      return [{ path: `${container.path}.image`, problem, fix, isUnknown: true }];
    }
    if (image.state === "absent") return pod.isPatch ? [] : fault("is not set");
    if (typeof image.value !== "string") return fault("is not a text");
    const text = image.value;
    const parsed = parseImageReference(text);
    const problem = "problem" in parsed ? parsed.problem : judge(parsed, text);
    return problem === undefined ? [] : fault(`is "${text}": it ${problem}`);
  });
}
