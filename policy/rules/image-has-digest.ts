import { judgeImages } from "../images.ts";
import { podRule } from "../rule.ts";

const FIX =
  "write <registry>/<repository>:<tag>@sha256:<64 hex digits>; `wyrm pin` does it for BookWyrm";

export const imageHasDigest = podRule(
  {
    name: "image-has-digest",
    description: "Every image is pinned by its digest and has a tag other than latest.",
    severity: "critical",
    why: "a tag can be pushed again, and then nobody knows which bytes a node has in its cache.",
  },
  (pod) =>
    judgeImages(pod, FIX, ({ tag, digest }) => {
      if (digest === undefined) return "has no digest";
      return tag?.toLowerCase() === "latest"
        ? 'has the tag "latest", which names no release'
        : undefined;
    }),
);
