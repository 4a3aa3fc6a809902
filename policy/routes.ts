import type { KubernetesObject } from "./objects.ts";
import { itemsOf, type Value } from "./read.ts";

/** One way from outside to a Service. */
export interface Route {
  /** Where it stands within the resource. */
  readonly at: string;
  /** Host names; absent for every host. */
  readonly host: Value;
  /** What the URL's path begins with; absent for every path. */
  readonly path: Value;
  /** Takes this path alone, and nothing below it. */
  readonly isExact: boolean;
  /** Name of the Service; absent where the route ends without one, as a redirect does. */
  readonly service: Value;
}

const ABSENT: Value = { state: "absent" };

export const ROUTING_KINDS = ["Ingress", "HTTPRoute"] as const;

/**
 * The routes of an Ingress, in any API version, or of an HTTPRoute of the Gateway API; what is not known as
 * a whole is one route for everything.
 */
export function routesOf(object: KubernetesObject): Route[] {
  const spec = object.read("spec");
  if (spec.state === "unknown") {
    return [{ at: object.at("spec"), host: ABSENT, path: ABSENT, isExact: false, service: spec }];
  }
  return object.kind === "HTTPRoute" ? gatewayRoutes(object) : ingressRoutes(object);
}

function ingressRoutes({ read, at }: KubernetesObject): Route[] {
  const fallback = (["defaultBackend", "backend"] as const)
    .filter((field) => read("spec", field).state !== "absent")
    .map((field) => ({
      at: at(`spec.${field}`),
      host: ABSENT,
      path: ABSENT,
      isExact: false,
      service: serviceOf((...path) => read("spec", field, ...path)),
    }));
  const ruled = itemsOf(read("spec", "rules")).flatMap((rule, ruleIndex) =>
    itemsOf(rule("http", "paths")).map((entry, pathIndex) => ({
      at: at(`spec.rules[${ruleIndex.toString()}].http.paths[${pathIndex.toString()}]`),
      host: rule("host"),
      path: entry("path"),
      isExact: isText(entry("pathType"), "Exact"),
      service: serviceOf((...path) => entry("backend", ...path)),
    })),
  );
  return [...fallback, ...ruled];
}

/** `serviceName` is the form before networking.k8s.io/v1. */
function serviceOf(backend: (...path: readonly string[]) => Value): Value {
  const name = backend("service", "name");
  return name.state === "absent" ? backend("serviceName") : name;
}

function gatewayRoutes({ read, at }: KubernetesObject): Route[] {
  const host = read("spec", "hostnames");
  return itemsOf(read("spec", "rules")).flatMap((rule, index) => {
    const matches = itemsOf(rule("matches"));
    const backends = itemsOf(rule("backendRefs"));
    const services = backends.length === 0 ? [ABSENT] : backends.map((backend) => backend("name"));
    const paths =
      matches.length === 0
        ? [{ path: ABSENT, isExact: false }]
        : matches.map((match) => ({
            path: match("path", "value"),
            isExact: isText(match("path", "type"), "Exact"),
          }));
    return paths.flatMap((match) =>
      services.map((service) => ({
        at: at(`spec.rules[${index.toString()}]`),
        host,
        ...match,
        service,
      })),
    );
  });
}

const isText = (value: Value, text: string): boolean =>
  value.state === "known" && value.value === text;
