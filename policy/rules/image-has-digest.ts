import { judgeImages } from "../images.ts";
import { podRule } from "../rule.ts";

const FIX =
  "write <registry>/<repository>:<tag>@sha256:<64 hex digits>; `wyrm pin` does it for BookWyrm";

export const imageHasDigest = podRule(
  {
    name: "image-has-digest",
    description: "Every image is pinned by its digest, and none has the tag latest.",
    severity: "critical",
    why: "a tag can be pushed again, and then nobody knows which bytes a node has in its cache.",
    failures: [4, 5, 16, 20],
    examples: {
      good: `image: harbor.example.org/uostas/bookwyrm:release-0.9.2-c9addf2@sha256:3f1c9a0be2d57684c1f0e93ab7d4562801f9c7e6ad35b84219f06c7de8a1b253`,
      bad: `image: harbor.example.org/uostas/bookwyrm:release-0.9.2`,
    },
    isExemptible: false,
  },
  (pod) =>
    judgeImages(pod, FIX, ({ tag, digest }) => {
      if (digest === undefined) return "has no digest";
      return tag?.toLowerCase() === "latest"
        ? 'has the tag "latest", which names no release'
        : undefined;
    }),
);
