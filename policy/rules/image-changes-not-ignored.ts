import { CONTAINER_LISTS, pathIn, podsOf } from "../pods.ts";
import { overlaps, stepsOf } from "../property-path.ts";
import type { ResourceRule } from "../rule.ts";

export const imageChangesNotIgnored: ResourceRule = {
  name: "image-changes-not-ignored",
  description: "No workload ignores a change of its images.",
  severity: "critical",
  why: "the old image stays although the settings name the new one, and every rule judges the old one: that of a release that was refused, or taken back.",
  failures: [42],
  examples: {
    good: `ignoreChanges: [spec.replicas]`,
    bad: `ignoreChanges: [spec.template]`,
  },
  judge: (resource) => {
    const { ignoreChanges } = resource.options;
    if (ignoreChanges.length === 0) return [];
    const images = podsOf(resource).flatMap((pod) =>
      CONTAINER_LISTS.map((list) => stepsOf(pathIn(pod, `spec.${list}[*].image`))),
    );
    return ignoreChanges
      .filter((path) => images.some((image) => overlaps(stepsOf(path), image)))
      .map((path) => ({
        path: `ignoreChanges["${path}"]`,
        problem: "covers the image of a container",
        fix: "name only what something else in the cluster changes, for example spec.replicas of an autoscaler",
      }));
  },
};
