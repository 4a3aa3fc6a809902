import { LABEL } from "../../model/labels.ts";
import { parseReleaseImage, RELEASE_IMAGE_FORM } from "../../model/pinned-image.ts";
import { bookWyrmContainersOf } from "../bookwyrm.ts";
import { faultIfSet, finding } from "../fields.ts";
import { type Pod, readContainer, readPod } from "../pods.ts";
import { type Finding, podRule } from "../rule.ts";

export const imageNamesRelease = podRule(
  {
    name: "image-names-release",
    description:
      "The containers of a BookWyrm pod run one image, whose tag names its release and its commit.",
    severity: "critical",
    why: "who sees the pod must see which code it runs, and a pod of two images runs two releases at once.",
    failures: [35],
    examples: {
      good: "image: harbor.example.org/uostas/bookwyrm:release-0.9.2-c9addf2@sha256:<64 hex digits>",
      bad: "image: harbor.example.org/uostas/bookwyrm:0.9.2@sha256:<64 hex digits>",
    },
  },
  (pod) => {
    const images = bookWyrmContainersOf(pod).flatMap((container) => {
      const image = readContainer(container, "image");
      const path = `${container.path}.image`;
      // What is not known or no text is for the rules about every image.
      return image.state === "known" && typeof image.value === "string"
        ? [{ path, text: image.value }]
        : [];
    });
    const [first] = images;
    return images.flatMap(({ path, text }): Finding[] => {
      const problem = problemOf(pod, text);
      const fault = problem === undefined ? undefined : { problem: `is "${text}": it ${problem}` };
      if (fault) return finding(path, fault, `write ${RELEASE_IMAGE_FORM}`);
      if (first === undefined || text === first.text) return [];
      return finding(
        path,
        { problem: `is "${text}", which is not the image of ${first.path}` },
        "use one image for all containers that run BookWyrm; what runs another is a sidecar",
      );
    });
  },
);

function problemOf(pod: Pod, text: string): string | undefined {
  const image = parseReleaseImage(text);
  if ("problem" in image) return image.problem;
  const version = readPod(pod, "metadata", "labels", LABEL.version);
  const fault = faultIfSet(version, (value) => value === image.version);
  if (fault === undefined || fault.isUnknown) return undefined;
  return `holds BookWyrm ${image.version}, while the pod's label ${LABEL.version} ${fault.problem}`;
}
