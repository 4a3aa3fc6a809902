import { parseSettings } from "../../model/settings.ts";
import type { Layer } from "./layer.ts";

/** The stack's settings take no reference without a digest, so that the program never sees the tag. */
export const settings: Layer = {
  name: "settings",
  tries: ({ bench: { repository } }) => {
    const parsed = parseSettings({ image: repository.moving });
    // The others are not set here.
    const problem =
      "problems" in parsed && parsed.problems.find(({ setting }) => setting === "image");
    return Promise.resolve(
      problem
        ? {
            outcome: "stopped",
            by: "the setting bookwyrm:image",
            evidence: `bookwyrm:image ${JSON.stringify(problem.found)} ${problem.problem}`,
          }
        : undefined,
    );
  },
};
