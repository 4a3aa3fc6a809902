import { bookWyrmContainersOf } from "../bookwyrm.ts";
import { instanceOf } from "../graph.ts";
import { readContainer } from "../pods.ts";
import { readText } from "../read.ts";
import type { StackFinding, StackRule } from "../rule.ts";
import { type BookWyrmWorkload, instancesOf } from "../workloads.ts";

/** `image-names-release` judges each pod by itself, before it is created. */
export const imageIsOne: StackRule = {
  name: "image-is-one",
  description: "All of one BookWyrm runs one image: the one that the stack sets.",
  severity: "critical",
  why: "web and workers of two releases read each other's tasks and one database, whose schema fits only one of them.",
  failures: [34, 35],
  examples: {
    good: `containers:
  - name: web # in the Deployment web
    image: harbor.example.org/uostas/bookwyrm:release-0.9.2-c9addf2@sha256:<64 hex digits>
  - name: worker # in the Deployment worker
    image: harbor.example.org/uostas/bookwyrm:release-0.9.2-c9addf2@sha256:<64 hex digits>`,
    bad: `containers:
  - name: web # in the Deployment web
    image: harbor.example.org/uostas/bookwyrm:release-0.9.2-c9addf2@sha256:<64 hex digits>
  - name: worker # in the Deployment worker
    image: harbor.example.org/uostas/bookwyrm:release-0.9.1-5e0e5a2@sha256:<64 hex digits>`,
  },
  judgeStack: (resources) =>
    instancesOf(resources).flatMap((workloads): StackFinding[] => {
      const images = workloads.flatMap(imagesOf);
      const setting = workloads
        .map(({ resource }) => readText(instanceOf(resource, resources)?.props, "image"))
        .find((image) => image !== undefined);
      const expected = setting ?? mostUsed(images.map(({ image }) => image));
      const whose = setting === undefined ? "most of BookWyrm here runs" : "the stack sets";
      return images
        .filter(({ image }) => image !== expected)
        .map(({ urn, path, image }) => ({
          urn,
          path,
          problem: `is "${image}", and ${whose} "${expected ?? ""}"`,
          fix: "take the image of every pod from the one setting",
        }));
    }),
};

interface RunImage {
  readonly urn: string;
  readonly path: string;
  readonly image: string;
}

/** An image that is not known, or none, is for the rules about each image. */
const imagesOf = ({ resource, pod }: BookWyrmWorkload): RunImage[] =>
  bookWyrmContainersOf(pod).flatMap((container) => {
    const image = readContainer(container, "image");
    const path = `${container.path}.image`;
    return image.state === "known" && typeof image.value === "string"
      ? [{ urn: resource.urn, path, image: image.value }]
      : [];
  });

/** Of two that are used alike the one that comes first in the alphabet. */
function mostUsed(images: readonly string[]): string | undefined {
  const count = (image: string): number => images.filter((other) => other === image).length;
  return [...new Set(images)].sort().sort((a, b) => count(b) - count(a))[0];
}
