import type { BookWyrmComponent } from "../bookwyrm.ts";
import { FLOWER_FIX, namesFlower } from "../flower.ts";
import { textOf } from "../read.ts";
import { type Route, ROUTING_KINDS, routesOf } from "../routes.ts";
import type { Finding, StackFinding, StackResource, StackRule } from "../rule.ts";
import { selects } from "../selectors.ts";
import { selectorOf } from "../services.ts";
import { isBookWyrmRouting, openingsByName, setupOpenings } from "../setup-page.ts";
import { beside, instancesOf, type StackObject, stackObjectsOf } from "../workloads.ts";

/**
 * `flower-not-routed` and `setup-page-blocked` judge by names and labels, before anything is created; this
 * follows a route by its Service to the pods, and leaves what those two refuse.
 */
export const bookwyrmRoutedSafely: StackRule = {
  name: "bookwyrm-routed-safely",
  description:
    "No Ingress and no HTTPRoute leads to flower's pods, or to /setup at web's pods, by any Service.",
  severity: "critical",
  why: "a Service of another name, or an Ingress without BookWyrm's label, would open flower or the setup page unseen.",
  failures: [34],
  examples: {
    good: `# The Service site selects { app.kubernetes.io/component: web }
kind: Ingress
spec:
  rules:
    - host: books.example.org
      http:
        paths:
          - { path: /, pathType: Prefix, backend: { service: { name: site, port: { number: 80 } } } }
          - { path: /setup, pathType: Prefix, backend: { service: { name: nothing, port: { number: 80 } } } }`,
    bad: `# The Service monitor selects { app.kubernetes.io/component: flower }
kind: Ingress
spec:
  rules:
    - host: books.example.org
      http:
        paths:
          - { path: /, pathType: Prefix, backend: { service: { name: monitor, port: { number: 80 } } } }`,
  },
  judgeStack: (resources) => {
    const leadsTo = destinationsIn(resources);
    return stackObjectsOf(resources, ...ROUTING_KINDS).flatMap((object): StackFinding[] =>
      [
        ...flowerFaults(object, (route) => leadsTo(object, route, "flower")),
        ...setupFaults(object, (route) => leadsTo(object, route, "web")),
      ].map((finding) => ({ urn: object.resource.urn, ...finding })),
    );
  },
};

type LeadsTo = (route: Route) => boolean;

const flowerFaults = (object: StackObject, leadsToFlower: LeadsTo): Finding[] =>
  routesOf(object)
    .filter((route) => namesFlower(route) === undefined && leadsToFlower(route))
    .map(({ at, service }) => ({
      path: at,
      problem: `leads to the Service "${textOf(service) ?? ""}", which selects flower's pods`,
      fix: FLOWER_FIX,
    }));

function setupFaults(object: StackObject, leadsToWeb: LeadsTo): Finding[] {
  const reported = isBookWyrmRouting(object) ? openingsByName(object).map(({ path }) => path) : [];
  return setupOpenings(object, leadsToWeb)
    .filter(({ path }) => !reported.includes(path))
    .map((opening) => ({ ...opening, problem: `${opening.problem}, which selects web's pods` }));
}

/** Whether a route leads to pods of a component. A Service that is not known yet leads nowhere. */
function destinationsIn(
  resources: readonly StackResource[],
): (object: StackObject, route: Route, component: BookWyrmComponent) => boolean {
  const servicesBeside = beside(stackObjectsOf(resources, "Service"));
  const podsBeside = beside(instancesOf(resources).flat());
  const selectsPodsOf = (service: StackObject, component: BookWyrmComponent): boolean => {
    const selector = selectorOf(service);
    return podsBeside(service).some(
      (workload) => workload.component === component && selects(selector, workload.pod) === "yes",
    );
  };
  return (object, route, component) => {
    const name = textOf(route.service);
    if (name === undefined) return false;
    return servicesBeside(placeOfService(object, route))
      .filter(({ read }) => textOf(read("metadata", "name")) === name)
      .some((service) => selectsPodsOf(service, component));
  };
}

const placeOfService = (object: StackObject, { namespace }: Route): StackObject => ({
  ...object,
  read: (...path) =>
    namespace.state !== "absent" && path.join(".") === "metadata.namespace"
      ? namespace
      : object.read(...path),
});
