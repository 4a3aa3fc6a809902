import { finding, requiredIn } from "../fields.ts";
import { containersOf, readContainer } from "../pods.ts";
import { podRule } from "../rule.ts";

export const imagePullPolicySet = podRule(
  {
    name: "image-pull-policy-set",
    description: "Every container says when its image is pulled.",
    severity: "high",
    why: "Always asks the registry at every start whether the pull secret still opens this image; what is not set depends on the form of the image's name.",
    failures: [4, 40],
    examples: {
      good: `imagePullPolicy: Always`,
      bad: `imagePullPolicy: IfNotPresent`,
    },
    configSchema: {
      properties: {
        allowed: {
          type: "array",
          items: { type: "string", enum: ["Always", "IfNotPresent"] },
          minItems: 1,
          description: "Pull policies that a container may have; Always alone where it is not set",
        },
      },
    },
  },
  (pod, { allowed = ["Always"] }) => {
    const policies = allowed as readonly string[];
    const fix = `set imagePullPolicy to ${policies.join(" or ")}`;
    return containersOf(pod).flatMap((container) =>
      finding(
        `${container.path}.imagePullPolicy`,
        requiredIn(pod)(readContainer(container, "imagePullPolicy"), (policy) =>
          policies.includes(policy as string),
        ),
        fix,
      ),
    );
  },
);
