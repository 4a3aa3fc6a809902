import { LABEL } from "../model/labels.ts";
import { isPartOfBookWyrm } from "./bookwyrm.ts";
import { isForSomeAddresses, RANGES_ALLOWED } from "./nginx.ts";
import type { KubernetesObject } from "./objects.ts";
import { textOf, type Value } from "./read.ts";
import { type Route, routesOf } from "./routes.ts";
import type { Finding } from "./rule.ts";

/** Whether an Ingress or an HTTPRoute says itself that it is BookWyrm's. */
export const isBookWyrmRouting = ({ read }: KubernetesObject): boolean =>
  isPartOfBookWyrm(read("metadata", "labels", LABEL.partOf));

/** Whether a route leads to the site, among the routes for one host. */
type IsSite = (route: Route, routes: readonly Route[]) => boolean;

/** What opens /setup at the site, for others than some addresses. */
export const setupOpenings = (object: KubernetesObject, isSite: IsSite): Finding[] =>
  isForSomeAddresses(object)
    ? []
    : byHost(routesOf(object)).flatMap((routes) => faultsOf(routes, isSite));

/** The same where the Service for `/` is taken for the site. */
export const openingsByName = (object: KubernetesObject): Finding[] =>
  setupOpenings(object, (route, routes) => {
    const site = routes.filter(isRoot).map(({ service }) => nameOf(service));
    return isRoot(route) || site.length === 0 || site.includes(nameOf(route.service));
  });

function byHost(routes: readonly Route[]): Route[][] {
  const hosts = new Map<string, Route[]>();
  for (const route of routes) {
    const host = route.host.state === "known" ? JSON.stringify(route.host.value) : "";
    hosts.set(host, [...(hosts.get(host) ?? []), route]);
  }
  return [...hosts.values()];
}

const BLOCK = `send the prefix /setup to another Service, one without pods, or annotate a list of addresses, ${RANGES_ALLOWED}`;
const REWRITE = "leave the rewrite out, or let it begin with a path that is not /setup";

/**
 * The longest path wins, as Kubernetes has it for both kinds, and nginx for patterns. What takes some requests
 * only, or the page without those below it, opens it and does not block it.
 */
function faultsOf(routes: readonly Route[], isSite: IsSite): Finding[] {
  const blocking = routes.filter((route) => takesSetup(route) && !route.isConditional);
  const longest = Math.max(0, ...blocking.map((route) => pathOf(route).length));
  const opensSetup = (route: Route): boolean =>
    pathOf(route).length >= longest &&
    (takesSetup(route) || isSetupAlone(route) || mayTakeSetup(route));
  return routes
    .filter((route) => route.service.state !== "absent" && isSite(route, routes))
    .flatMap((route): Finding[] => {
      if (opensSetup(route)) return [opening(route, BLOCK, route.service)];
      return rewritesToSetup(route) ? [opening(route, REWRITE, route.service, route.rewrite)] : [];
    });
}

const opening = ({ at, service }: Route, fix: string, ...reasons: readonly Value[]): Finding => ({
  path: at,
  problem: `opens /setup, at the Service ${nameOf(service)}`,
  ...(reasons.some(({ state }) => state === "unknown") && { isUnknown: true as const }),
  fix,
});

const pathOf = ({ path }: Route): string => textOf(path) ?? "/";

const nameOf = (service: Value): string =>
  service.state === "known" ? JSON.stringify(service.value) : "that is not known yet";

const SETUP = /^\/setup(?:\W|$)/;

const isRoot = (route: Route): boolean => !route.isExact && !/^\/[\w-]/.test(pathOf(route));

const isSetupAlone = (route: Route): boolean => route.isExact && /^\/setup\/?$/.test(pathOf(route));

/** The page has pages below it, so a route for /setup alone does not take it. Patterns may take anything. */
const takesSetup = (route: Route): boolean =>
  isRoot(route) || (!route.isExact && SETUP.test(pathOf(route)));

/** A pattern that only may take /setup opens it, and does not block it. */
const mayTakeSetup = (route: Route): boolean =>
  route.isPattern && mayBeginLikeSetup(fixedStart(pathOf(route).toLowerCase()));

/** Also where `/x/setup` becomes `/setup`. Groups of nginx may hold anything. */
function rewritesToSetup(route: Route): boolean {
  if (route.rewrite.state === "absent") return false;
  const path = textOf(route.rewrite);
  if (path === undefined || SETUP.test(path)) return true;
  const group = path.indexOf("$");
  if (group >= 0) return mayBeginLikeSetup(path.slice(0, group));
  return /^\/?$/.test(path) && !isRoot(route);
}

const mayBeginLikeSetup = (start: string): boolean =>
  "/setup".startsWith(start) || SETUP.test(start);

/**
 * What everything begins with that a regular expression takes. It is read and not run: its author could
 * write one that never ends.
 */
function fixedStart(pattern: string): string {
  const hasAlternatives = pattern.replaceAll(/\([^()]*\)/g, "").includes("|");
  return hasAlternatives ? "" : (/^(?:[\w/-](?![?*{]))*/.exec(pattern)?.[0] ?? "");
}
