import { IMAGE_PATHS } from "../images.ts";
import { pathIn, podsOf } from "../pods.ts";
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
      IMAGE_PATHS.map(({ path, owner }) => ({ steps: stepsOf(pathIn(pod, path)), owner })),
    );
    return ignoreChanges.flatMap((path) => {
      const image = images.find(({ steps }) => overlaps(stepsOf(path), steps));
      if (image === undefined) return [];
      return [
        {
          path: `ignoreChanges["${path}"]`,
          problem: `covers the image of a ${image.owner}`,
          fix: "name only what something else in the cluster changes, for example spec.replicas of an autoscaler",
        },
      ];
    });
  },
};
