import type { PinnedImage } from "../../model/pinned-image.ts";
import type { Check } from "../check.ts";
import type { RegistryClient } from "../registry/registry-client.ts";
import { registryOutcome } from "../registry/registry-error.ts";

export interface ImageTagMatchesArgs {
  readonly client: RegistryClient;
  readonly image: PinnedImage;
}

/** The tag in the reference still names the digest in it: otherwise somebody built it again. */
export const imageTagMatchesCheck = ({ client, image }: ImageTagMatchesArgs): Check => ({
  id: "image-tag-matches",
  run: (signal) =>
    registryOutcome(async () => {
      const { path, tag, digest } = image;
      const current = await client.resolveTag(path, tag, signal);
      const evidence = [`pinned: ${digest}`, `${tag} in the registry: ${current}`];
      if (current === digest) {
        return {
          verdict: "pass",
          summary: `The tag ${tag} points at the pinned digest.`,
          evidence,
        };
      }
      return {
        verdict: "fail",
        summary: `The tag ${tag} points at another image than the pinned one: it was pushed again.`,
        evidence,
        remedy:
          "Find out which of the two you want. Push it under a tag of its own, pin that, and make release tags immutable in the registry.",
      };
    }),
});
