import { containersOf, readContainer } from "../pods.ts";
import { type Finding, podRule } from "../rule.ts";

export const imagePullPolicySet = podRule(
  {
    name: "image-pull-policy-set",
    description: "Every container says when its image is pulled.",
    severity: "high",
    why: "Always asks the registry at every start whether the pull secret still opens this image; what is not set depends on the form of the image's name.",
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
    return containersOf(pod).flatMap((container): Finding[] => {
      const policy = readContainer(container, "imagePullPolicy");
      const fault = (problem: string): Finding[] => [
        { path: `${container.path}.imagePullPolicy`, problem, fix },
      ];
      if (policy.state === "unknown") return fault("is not known yet");
      if (policy.state === "absent") return pod.isPatch ? [] : fault("is not set");
      const isAllowed = policies.includes(policy.value as string);
      return isAllowed ? [] : fault(`is ${JSON.stringify(policy.value)}`);
    });
  },
);
