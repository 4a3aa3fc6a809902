import type { Check } from "../check.ts";
import { registryOutcome } from "../registry/registry-error.ts";
import type { HarborArgs } from "./harbor-args.ts";

/**
 * Neither garbage collection nor retention takes the image away while it runs. By default Harbor
 * (v2.16) deletes what has no tag, and a running image looks unused to it, since nodes ask with HEAD;
 * retention leaves immutable tags alone.
 */
export const digestRetainedCheck = ({ harbor, image }: HarborArgs): Check => ({
  id: "digest-retained",
  run: (signal) =>
    registryOutcome(async () => {
      const [{ tags }, { metadata }] = await Promise.all([
        harbor.artifact(image.path, image.digest, signal),
        harbor.project(image.path, signal),
      ]);
      const names = (tags ?? []).map(({ name }) => name);
      const retention = metadata?.retention_id;
      const evidence = [
        `tags: ${names.join(", ") || "none"}`,
        `retention policy: ${retention ?? "none"}`,
      ];
      if (names.length === 0) {
        return {
          verdict: "fail",
          summary: "The pinned image has no tag: the next garbage collection deletes it.",
          evidence,
          remedy: `Give ${image.digest} a release tag of its own, and make release tags immutable.`,
        };
      }
      const isImmutable = tags?.some(({ immutable }) => immutable === true) === true;
      if (isImmutable || retention === undefined) {
        return { verdict: "pass", summary: "The registry keeps the pinned image.", evidence };
      }
      return {
        verdict: "fail",
        summary:
          "The project has a retention policy, and no immutable tag keeps the image from it.",
        evidence,
        remedy: "In Harbor's project, under Policy, Tag Immutability, add a rule for release-*.",
      };
    }),
});
