import type { Check } from "../check.ts";
import { registryOutcome } from "../registry/registry-error.ts";
import type { HarborArgs } from "./harbor-args.ts";

/** A rule of the registry refuses a second push under the release's tag. */
export const tagImmutableCheck = ({ harbor, image }: HarborArgs): Check => ({
  id: "tag-immutable",
  run: (signal) =>
    registryOutcome(async () => {
      const { tags } = await harbor.artifact(image.path, image.digest, signal);
      const tag = tags?.find(({ name }) => name === image.tag);
      const evidence = (tags ?? []).map(
        ({ name, immutable }) => `${name}: ${immutable === true ? "immutable" : "can be moved"}`,
      );
      if (tag?.immutable === true) {
        return { verdict: "pass", summary: `The tag ${image.tag} is immutable.`, evidence };
      }
      return {
        verdict: "fail",
        summary:
          tag === undefined
            ? `The pinned digest does not carry the tag ${image.tag}.`
            : `Anybody who may push can put another image under ${image.tag}.`,
        evidence,
        remedy: "In Harbor's project, under Policy, Tag Immutability, add a rule for release-*.",
      };
    }),
});
