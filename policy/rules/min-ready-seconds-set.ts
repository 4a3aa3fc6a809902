import { componentRunBy } from "../bookwyrm.ts";
import { finding, requiredIn } from "../fields.ts";
import { objectsOf } from "../objects.ts";
import type { ResourceRule } from "../rule.ts";

/** What a crashing BookWyrm needs to be seen: it is ready for less than a second in between. */
const BOOKWYRM_SECONDS = 10;

export const minReadySecondsSet: ResourceRule = {
  name: "min-ready-seconds-set",
  description: "A new pod of a Deployment counts only after it has stayed ready for a while.",
  severity: "high",
  why: "a container that starts and dies at once is ready in between, and the rollout takes the last good pod away (kubernetes/kubernetes#31319).",
  failures: [6],
  examples: {
    good: `spec:
  minReadySeconds: 10`,
    bad: `spec:
  replicas: 2`,
  },
  configSchema: {
    properties: {
      least: {
        type: "integer",
        minimum: 1,
        description:
          "Seconds for a Deployment of BookWyrm; 10 where it is not set. Any other Deployment needs 1",
      },
    },
  },
  judge: (resource, { least = BOOKWYRM_SECONDS }) =>
    objectsOf(resource, "Deployment").flatMap((deployment) => {
      const needed = componentRunBy(deployment) === undefined ? 1 : Number(least);
      return finding(
        deployment.at("spec.minReadySeconds"),
        requiredIn(deployment)(
          deployment.read("spec", "minReadySeconds"),
          (value) => Number.isInteger(value) && Number(value) >= needed,
        ),
        `set minReadySeconds to ${needed.toString()} or more`,
      );
    }),
};
