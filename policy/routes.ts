import { hasPatterns, rewriteTargetOf } from "./nginx.ts";
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
  /** The path is a regular expression of nginx. */
  readonly isPattern: boolean;
  /** Takes some requests for this path only, by their method, headers or query. */
  readonly isConditional: boolean;
  /** What the path, or what it begins with, becomes on the way to the Service. */
  readonly rewrite: Value;
  /** Name of the Service; absent where the route ends without one, as a redirect does. */
  readonly service: Value;
  /** Of the Service; absent for that of the route itself. */
  readonly namespace: Value;
}

const ABSENT: Value = { state: "absent" };

const PLAIN = {
  isExact: false,
  isPattern: false,
  isConditional: false,
  rewrite: ABSENT,
  namespace: ABSENT,
};

export const ROUTING_KINDS = ["Ingress", "HTTPRoute"] as const;

/**
 * The routes of an Ingress, in any API version, or of an HTTPRoute of the Gateway API; what is not known as
 * a whole is one route for everything.
 */
export function routesOf(object: KubernetesObject): Route[] {
  const spec = object.read("spec");
  if (spec.state === "unknown") {
    return [{ ...PLAIN, at: object.at("spec"), host: ABSENT, path: ABSENT, service: spec }];
  }
  return object.kind === "HTTPRoute" ? gatewayRoutes(object) : ingressRoutes(object);
}

function ingressRoutes(ingress: KubernetesObject): Route[] {
  const { read, at } = ingress;
  const ofNginx = { isPattern: hasPatterns(ingress), rewrite: rewriteTargetOf(ingress) };
  const fallback = (["defaultBackend", "backend"] as const)
    .filter((field) => read("spec", field).state !== "absent")
    .map((field) => ({
      ...PLAIN,
      at: at(`spec.${field}`),
      host: ABSENT,
      path: ABSENT,
      service: serviceOf((...path) => read("spec", field, ...path)),
    }));
  const ruled = itemsOf(read("spec", "rules")).flatMap((rule, ruleIndex) =>
    itemsOf(rule("http", "paths")).map((entry, pathIndex) => ({
      ...PLAIN,
      ...ofNginx,
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
    const filters = [rule, ...backends].flatMap((each) => itemsOf(each("filters")));
    const mirrors = filters
      .map((filter) => (field: string) => filter("requestMirror", "backendRef", field))
      .filter((mirror) => mirror("name").state !== "absent");
    const named = [...backends, ...mirrors].map((backend) => ({
      service: backend("name"),
      namespace: backend("namespace"),
    }));
    const services = named.length === 0 ? [{ service: ABSENT, namespace: ABSENT }] : named;
    const [rewrite = ABSENT] = filters.flatMap((filter) =>
      REWRITES.map((field) => filter("urlRewrite", "path", field)).filter(
        ({ state }) => state !== "absent",
      ),
    );
    const paths =
      matches.length === 0
        ? [{ path: ABSENT, isExact: false, isConditional: false }]
        : matches.map((match) => ({
            path: match("path", "value"),
            isExact: isText(match("path", "type"), "Exact"),
            isConditional: CONDITIONS.some((field) => match(field).state !== "absent"),
          }));
    return paths.flatMap((match) =>
      services.map((service) => ({
        at: at(`spec.rules[${index.toString()}]`),
        host,
        isPattern: false,
        ...match,
        rewrite,
        ...service,
      })),
    );
  });
}

/** Of a match and of a URLRewrite (gateway.networking.k8s.io/v1). */
const CONDITIONS = ["method", "headers", "queryParams"] as const;
const REWRITES = ["replaceFullPath", "replacePrefixMatch"] as const;

const isText = (value: Value, text: string): boolean =>
  value.state === "known" && value.value === text;
