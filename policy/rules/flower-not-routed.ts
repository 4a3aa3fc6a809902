import { FLOWER_FIX, namesFlower } from "../flower.ts";
import { objectsOf } from "../objects.ts";
import { ROUTING_KINDS, routesOf } from "../routes.ts";
import type { Finding, ResourceRule } from "../rule.ts";

export const flowerNotRouted: ResourceRule = {
  name: "flower-not-routed",
  description: "No Ingress and no HTTPRoute leads to flower.",
  severity: "critical",
  why: "/flower/metrics and /flower/healthcheck ask for no password, and with one flower can stop every worker.",
  failures: [34],
  examples: {
    good: `# kubectl port-forward service/flower 8888`,
    bad: `kind: Ingress
spec:
  rules:
    - http:
        paths:
          - path: /flower
            backend: { service: { name: flower } }`,
  },
  judge: (resource) =>
    objectsOf(resource, ...ROUTING_KINDS).flatMap((object) =>
      routesOf(object).flatMap((route): Finding[] => {
        const problem = namesFlower(route);
        return problem === undefined ? [] : [{ path: route.at, problem, fix: FLOWER_FIX }];
      }),
    ),
};
