import { finding, requiredIn } from "../fields.ts";
import { imagesOf } from "../images.ts";
import { podRule } from "../rule.ts";

export const imagePullPolicySet = podRule(
  {
    name: "image-pull-policy-set",
    description: "Every container and every image volume says when its image is pulled.",
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
    // With Never a pod runs what happens to lie on its node, or does not start: no stack may allow it.
    const policies = (allowed as readonly unknown[]).filter((policy) => policy !== "Never");
    const fix = `set it to ${policies.join(" or ")}`;
    return imagesOf(pod).flatMap(({ pullPolicy, pullPolicyPath }) =>
      finding(
        pullPolicyPath,
        requiredIn(pod)(pullPolicy, (policy) => policies.includes(policy)),
        fix,
      ),
    );
  },
);
