import { objectsOf } from "../objects.ts";
import type { Value } from "../read.ts";
import { type Route, ROUTING_KINDS, routesOf } from "../routes.ts";
import type { Finding, ResourceRule } from "../rule.ts";

/** Also with what a program puts before it, or Pulumi behind it. */
const FLOWER = /(?:^|-)flower(?:-|$)/;
const FLOWER_PATH = /^\/flower(?:\W|$)/;

const matches = (value: Value, form: RegExp): value is Value & { readonly value: string } =>
  value.state === "known" && typeof value.value === "string" && form.test(value.value);

/** Whether a route says by itself that it leads to flower. */
export const namesFlower = ({ path, service }: Pick<Route, "path" | "service">): boolean =>
  matches(service, FLOWER) || matches(path, FLOWER_PATH);

export const FLOWER_FIX = "leave it out, and use `kubectl port-forward service/flower 8888`";

/** What a path leads to is not in the route: a proxy behind it may know flower, so its path is refused too. */
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
      routesOf(object).flatMap(({ at, path, service }): Finding[] => {
        if (matches(service, FLOWER)) {
          return [
            { path: at, problem: `leads to the Service "${service.value}"`, fix: FLOWER_FIX },
          ];
        }
        if (!matches(path, FLOWER_PATH)) return [];
        return [{ path: at, problem: `opens the path "${path.value}"`, fix: FLOWER_FIX }];
      }),
    ),
};
