import { pathIn, readPod } from "../pods.ts";
import { itemsOf } from "../read.ts";
import { podRule } from "../rule.ts";

export const pullSecretPresent = podRule(
  {
    name: "pull-secret-present",
    description: "Every pod names the secret that its images are pulled with.",
    severity: "high",
    why: "a node that has not got the image yet cannot pull it, and the pod stays in ImagePullBackOff.",
    failures: [9],
    examples: {
      good: `imagePullSecrets:
  - name: uostas-registry`,
      bad: `imagePullSecrets: []`,
    },
  },
  (pod) => {
    const secrets = readPod(pod, "spec", "imagePullSecrets");
    const fault = (problem: string) => [
      {
        path: pathIn(pod, "spec.imagePullSecrets"),
        problem,
        fix: "name a Secret of type kubernetes.io/dockerconfigjson: [{ name: <secret> }]",
      },
    ];
    // Which secret it is may be known later; that there is one must be known now.
    if (secrets.state === "unknown") return [];
    if (secrets.state === "absent") return pod.isPatch ? [] : fault("is not set");
    const isList = Array.isArray(secrets.value) && secrets.value.length > 0;
    if (!isList) return fault("names no secret");
    const isNamed = itemsOf(secrets)
      .map((secret) => secret("name"))
      .every((name) => name.state === "unknown" || (name.state === "known" && name.value !== ""));
    return isNamed ? [] : fault("holds an entry without a name");
  },
);
