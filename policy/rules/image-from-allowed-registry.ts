import { isFrom } from "../allowed-registry.ts";
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
        registries: {
          type: "array",
          items: { type: "string" },
          minItems: 1,
          description: "<host>[:port]/<project>, for example harbor.example.org/uostas",
        },
      },
      required: ["registries"],
    },
  },
  (pod, { registries = [] }) => {
    const allowed = registries as readonly string[];
    const fix = `take the image from ${allowed.join(" or ")}`;
    return judgeImages(pod, fix, (image) =>
      allowed.some((home) => isFrom(image, home))
        ? undefined
        : `comes from ${image.registry}/${image.path}`,
    );
  },
);
