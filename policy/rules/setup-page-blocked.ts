import { LABEL, PART_OF } from "../../model/labels.ts";
import { type KubernetesObject, objectsOf } from "../objects.ts";
import { textOf, type Value } from "../read.ts";
import { type Route, ROUTING_KINDS, routesOf } from "../routes.ts";
import type { Finding, ResourceRule } from "../rule.ts";

/** Annotations that let some addresses in only (kubernetes/ingress-nginx; the second since 1.10). */
const ALLOW_LISTS = [
  "nginx.ingress.kubernetes.io/whitelist-source-range",
  "nginx.ingress.kubernetes.io/allowlist-source-range",
];

const CLASS_ANNOTATION = "kubernetes.io/ingress.class";

/**
 * Judges objects that are labelled as BookWyrm's: a route alone does not say what its Service runs. Two
 * objects for one host are judged each by itself, so the one that opens the site must block the page.
 */
export const setupPageBlocked: ResourceRule = {
  name: "setup-page-blocked",
  description: "What opens BookWyrm to the outside keeps /setup closed.",
  severity: "critical",
  why: "until there is an administrator, whoever opens /setup first becomes one: BookWyrm asks for a code and does not check it.",
  failures: [],
  examples: {
    good: `kind: Ingress
metadata:
  labels: { app.kubernetes.io/part-of: bookwyrm }
spec:
  rules:
    - host: books.example.org
      http:
        paths:
          - { path: /, pathType: Prefix, backend: { service: { name: web, port: { number: 80 } } } }
          - { path: /setup, pathType: Prefix, backend: { service: { name: nothing, port: { number: 80 } } } }`,
    bad: `kind: Ingress
metadata:
  labels: { app.kubernetes.io/part-of: bookwyrm }
spec:
  rules:
    - host: books.example.org
      http:
        paths:
          - { path: /, pathType: Prefix, backend: { service: { name: web, port: { number: 80 } } } }`,
  },
  judge: (resource) =>
    objectsOf(resource, ...ROUTING_KINDS)
      .filter((object) => isBookWyrm(object) && !isForSome(object))
      .flatMap((object) => [...byHost(routesOf(object)).values()].flatMap(faultsOf)),
};

const isBookWyrm = ({ read }: KubernetesObject): boolean => {
  const partOf = read("metadata", "labels", LABEL.partOf);
  return partOf.state === "known" && partOf.value === PART_OF;
};

/** No other controller reads them, and no Gateway. */
const isOfNginx = ({ kind, read }: KubernetesObject): boolean =>
  kind === "Ingress" &&
  [read("spec", "ingressClassName"), read("metadata", "annotations", CLASS_ANNOTATION)].every(
    (name) => name.state === "absent" || textOf(name)?.includes("nginx") === true,
  );

const isForSome = (object: KubernetesObject): boolean => isOfNginx(object) && hasAllowList(object);

const hasAllowList = ({ read }: KubernetesObject): boolean =>
  ALLOW_LISTS.some((annotation) => {
    const ranges = read("metadata", "annotations", annotation);
    return (
      ranges.state === "known" &&
      typeof ranges.value === "string" &&
      ranges.value !== "" &&
      !/(?:^|[^\d.])(?:0\.0\.0\.0|::)\/0/.test(ranges.value)
    );
  });

function byHost(routes: readonly Route[]): Map<string, Route[]> {
  const hosts = new Map<string, Route[]>();
  for (const route of routes) {
    const host = route.host.state === "known" ? JSON.stringify(route.host.value) : "";
    hosts.set(host, [...(hosts.get(host) ?? []), route]);
  }
  return hosts;
}

/**
 * The longest path wins, as Kubernetes has it for both kinds. What takes some requests only, or the page
 * without those below it, opens it and does not block it.
 */
function faultsOf(routes: readonly Route[]): Finding[] {
  const blocking = routes.filter((route) => takesSetup(route) && !route.isConditional);
  const longest = Math.max(0, ...blocking.map((route) => pathOf(route).length));
  const winners = routes.filter(
    (route) =>
      rewritesToSetup(route) ||
      (pathOf(route).length >= longest && (takesSetup(route) || isSetupAlone(route))),
  );
  const site = routes.filter((route) => isRoot(route)).map(({ service }) => nameOf(service));
  return winners
    .filter((route) => route.service.state !== "absent")
    .filter((route) => isRoot(route) || site.length === 0 || site.includes(nameOf(route.service)))
    .map(({ at, service }) => ({
      path: at,
      problem: `opens /setup, at the Service ${nameOf(service)}`,
      ...(service.state === "unknown" && { isUnknown: true as const }),
      fix: "send the prefix /setup to another Service, one without pods, or annotate a list of addresses",
    }));
}

const pathOf = ({ path }: Route): string => textOf(path) ?? "/";

const nameOf = (service: Value): string =>
  service.state === "known" ? JSON.stringify(service.value) : "that is not known yet";

const isRoot = (route: Route): boolean => !route.isExact && !/^\/[\w-]/.test(pathOf(route));

const isSetupAlone = (route: Route): boolean => route.isExact && /^\/setup\/?$/.test(pathOf(route));

/** Also where `/x/setup` becomes `/setup`. */
const rewritesToSetup = (route: Route): boolean => {
  if (route.rewrite.state === "absent") return false;
  const path = textOf(route.rewrite);
  return (
    path === undefined || /^\/setup(?:\W|$)/.test(path) || (/^\/?$/.test(path) && !isRoot(route))
  );
};

/** The page has pages below it, so a route for /setup alone does not take it. Patterns may take anything. */
const takesSetup = (route: Route): boolean =>
  isRoot(route) || (!route.isExact && /^\/setup(?:\W|$)/.test(pathOf(route)));
