import { isFrom, REGISTRIES } from "../allowed-registry.ts";
import { judgeImages } from "../images.ts";
import { podRule } from "../rule.ts";

export const imageFromAllowedRegistry = podRule(
  {
    name: "image-from-allowed-registry",
    description: "Every image comes from one of the allowed registries and projects.",
    severity: "critical",
    why: "only these registries keep their tags, scan their images and know who pushed them.",
    failures: [8, 31],
    examples: {
      good: `image: harbor.example.org/uostas/bookwyrm:release-0.9.2-c9addf2@sha256:3f1c9a0be2d57684c1f0e93ab7d4562801f9c7e6ad35b84219f06c7de8a1b253`,
      bad: `image: harbor.example.org.evil.io/uostas/bookwyrm:release-0.9.2-c9addf2@sha256:3f1c9a0be2d57684c1f0e93ab7d4562801f9c7e6ad35b84219f06c7de8a1b253`,
    },
    isExemptible: false,
    configSchema: {
      properties: {
        registries: REGISTRIES,
        proxyCacheProjects: {
          type: "array",
          items: { type: "string" },
          description:
            "<host>[:port]/<project> of projects that fetch from another registry, for example harbor.example.org/dockerhub: never allowed, also below an allowed host",
        },
      },
      required: ["registries"],
    },
  },
  (pod, { registries = [], proxyCacheProjects = [] }) => {
    const allowed = registries as readonly string[];
    const proxies = proxyCacheProjects as readonly string[];
    const fix = `take the image from ${allowed.join(" or ")}`;
    return judgeImages(pod, fix, (image) => {
      const proxy = proxies.find((home) => isFrom(image, home));
      if (proxy !== undefined) {
        return `comes through the proxy cache ${proxy}, which pulls from another registry as long as that one lets it`;
      }
      return allowed.some((home) => isFrom(image, home))
        ? undefined
        : `comes from ${image.registry}/${image.path}`;
    });
  },
);
