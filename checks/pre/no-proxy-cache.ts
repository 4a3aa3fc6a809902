import type { Check } from "../check.ts";
import { registryOutcome } from "../registry/registry-error.ts";
import type { HarborArgs } from "./harbor-args.ts";

/** The image lies in a project of its own: in a proxy cache, another registry decides what a tag is. */
export const noProxyCacheCheck = ({ harbor, image }: HarborArgs): Check => ({
  id: "no-proxy-cache",
  run: (signal) =>
    registryOutcome(async () => {
      const { registry_id: upstream } = await harbor.project(image.path, signal);
      const name = image.path.split("/")[0] ?? "";
      if (upstream === undefined || upstream === null || upstream === 0) {
        return { verdict: "pass", summary: `The project ${name} holds its images itself.` };
      }
      return {
        verdict: "fail",
        summary: `The project ${name} is a proxy cache: its images are another registry's.`,
        evidence: [`registry_id ${upstream.toString()}`],
        remedy: "Push the image to a normal project of Harbor and pin it there.",
      };
    }),
});
