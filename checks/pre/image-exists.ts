import type { PinnedImage } from "../../model/pinned-image.ts";
import type { Check } from "../check.ts";
import type { RegistryClient, RegistryImage } from "../registry/registry-client.ts";
import { registryOutcome } from "../registry/registry-error.ts";

export interface ImageExistsArgs {
  readonly client: RegistryClient;
  readonly image: PinnedImage;
  /** What the nodes run, for example `linux/amd64`. */
  readonly platforms: readonly string[];
}

/** The registry has the pinned image, for every kind of node, with all of its layers. */
export const imageExistsCheck = ({ client, image, platforms }: ImageExistsArgs): Check => ({
  id: "image-exists",
  run: (signal) =>
    registryOutcome(async () => {
      const { path, digest, reference } = image;
      const found = await client.resolveImage(path, digest, signal);
      const evidence = [
        `${digest} is ${found.mediaType}`,
        ...found.children.map((child) => `${child.platform}: ${child.digest}`),
      ];
      if (platforms.length === 0) {
        return {
          verdict: "unknown",
          summary: "Nobody said for which platforms the image must be.",
          evidence,
          remedy: "Hand over the platforms of the nodes, for example linux/amd64.",
        };
      }
      const missing = platforms.filter((platform) => !covers(found, platform));
      if (missing.length > 0) {
        return {
          verdict: "fail",
          summary: `The image is not for ${missing.join(", ")}, which nodes of the cluster are.`,
          evidence,
          remedy:
            "Build it for that platform too, and pin the digest of the index over all of them.",
        };
      }
      const all = found.children.flatMap((child) => child.layers);
      const layers = [...new Map(all.map((layer) => [layer.digest, layer])).values()];
      const lost = await client.missingBlobs(path, layers, signal);
      if (lost.length > 0) {
        return {
          verdict: "fail",
          summary: `The registry lists the image but has lost ${lost.length.toString()} of its ${layers.length.toString()} layers.`,
          evidence: lost,
          remedy: "Push the image again; a node that does not have it yet could not start it.",
        };
      }
      return { verdict: "pass", summary: `The registry has all of ${reference}.`, evidence };
    }),
});

/** A node names no variant, an image may: `linux/arm64` runs `linux/arm64/v8`. */
const covers = ({ children }: RegistryImage, platform: string): boolean =>
  children.some(
    (child) => child.platform === platform || child.platform.startsWith(`${platform}/`),
  );
