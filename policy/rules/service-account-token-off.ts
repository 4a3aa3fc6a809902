import { faultOf, finding, mustBeOff } from "../fields.ts";
import { type Pod, pathIn, readPod } from "../pods.ts";
import { itemsOf } from "../read.ts";
import { type Finding, podRule } from "../rule.ts";

export const serviceAccountTokenOff = podRule(
  {
    name: "service-account-token-off",
    description: "No pod gets a token for the API server, not through a volume either.",
    severity: "medium",
    why: "who gets into the container would have that token too.",
    failures: [],
    examples: {
      good: `automountServiceAccountToken: false`,
      bad: `serviceAccountName: default`,
    },
  },
  (pod) => [...mustBeOff(pod, "automountServiceAccountToken"), ...projectedTokens(pod)],
);

/** Whom an API server takes itself for: by default, and in K3s. A token without an audience is for it. */
const API_SERVER =
  /^(?:https?:\/\/)?kubernetes\.default(?:\.svc(?:\.[a-z0-9.-]+)?)?(?::\d+)?\/?$|^api$|^k3s$/;

const isForOthers = (audience: unknown): boolean =>
  typeof audience === "string" && audience !== "" && !API_SERVER.test(audience);

const projectedTokens = (pod: Pod): Finding[] =>
  itemsOf(readPod(pod, "spec", "volumes")).flatMap((volume, index) =>
    itemsOf(volume("projected", "sources")).flatMap((source, place) => {
      if (source("serviceAccountToken").state === "absent") return [];
      const path = `spec.volumes[${index.toString()}].projected.sources[${place.toString()}].serviceAccountToken.audience`;
      return finding(
        pathIn(pod, path),
        faultOf(source("serviceAccountToken", "audience"), isForOthers),
        "leave the token out, or name the service that it is for as its audience",
      );
    }),
  );
