import assert from "node:assert/strict";
import { test } from "node:test";
import type { StackResource } from "../../../policy/rule.ts";
import { bookwyrmRoutedSafely } from "../../../policy/rules/bookwyrm-routed-safely.ts";
import { HTTP_ROUTE, httpRoute, INGRESS, ingress, path, routeRule } from "../../support/ingress.ts";
import { stackProblems, stackResource, UNKNOWN } from "../../support/policy.ts";
import { programResources } from "../../support/program.ts";

const COMPONENT = "app.kubernetes.io/component";
const BOOKWYRM = { "app.kubernetes.io/part-of": "bookwyrm" };

const NAMESPACE = { namespace: "books" };

const workload = (component: string, namespace: unknown = "books"): StackResource =>
  stackResource("kubernetes:apps/v1:Deployment", component, {
    props: {
      metadata: { namespace },
      spec: { template: { metadata: { labels: { ...BOOKWYRM, [COMPONENT]: component } } } },
    },
  });

const service = (name: unknown, selector?: unknown, namespace: unknown = "books") =>
  stackResource("kubernetes:core/v1:Service", `service-${String(name)}`, {
    props: { metadata: { name, namespace }, spec: { selector } },
  });

const PODS = [workload("web"), workload("flower")];
const TO_WEB = { [COMPONENT]: "web" };
const TO_FLOWER = { [COMPONENT]: "flower" };
const SERVICES = [
  service("web", TO_WEB),
  service("web-canary", TO_WEB),
  service("monitor", TO_FLOWER),
  service("wiki", { app: "wiki" }),
];

/** Judges one routing object beside web, flower and four Services. */
const judge = (type: string, props: object, metadata: object = {}): string[] =>
  stackProblems(bookwyrmRoutedSafely, [
    ...PODS,
    ...SERVICES,
    stackResource(`kubernetes:${type}`, "route", {
      props: { ...props, metadata: { ...NAMESPACE, ...metadata } },
    }),
  ]);

const judgePaths = (...paths: readonly object[]): string[] => judge(INGRESS, ingress(...paths));
const judgeLabelled = (...paths: readonly object[]): string[] =>
  judge(INGRESS, ingress(...paths), { labels: BOOKWYRM });

const at = (index: number): string => `route: spec.rules[0].http.paths[${index.toString()}]`;
const opens = (index: number, name = "web"): string =>
  `${at(index)} opens /setup, at the Service "${name}", which selects web's pods`;
const toFlower = (index: number, name = "monitor"): string =>
  `${at(index)} leads to the Service "${name}", which selects flower's pods`;

test("passes this program, and fails routes to its pods by Services of another name", async () => {
  const program = await programResources();
  assert.deepEqual(stackProblems(bookwyrmRoutedSafely, program), []);
  const web = program.find(({ type, name }) => type.endsWith(":Deployment") && name === "web");
  const { namespace } = (web?.props as { readonly metadata: { readonly namespace: string } })
    .metadata;
  const placed = (resource: StackResource): StackResource => ({
    ...resource,
    provider: web?.provider,
  });
  const route = stackResource(`kubernetes:${INGRESS}`, "route", {
    props: { ...ingress(path("/", "web"), path("/tasks", "monitor")), metadata: { namespace } },
  });
  const added = [service("monitor", TO_FLOWER, namespace), route].map(placed);
  assert.deepEqual(stackProblems(bookwyrmRoutedSafely, [...program, ...added]), [
    toFlower(1),
    opens(0),
  ]);
});

test("fails a route to flower's pods, whatever the Service is called", () => {
  assert.deepEqual(judgePaths(path("/", "monitor")), [toFlower(0)]);
  assert.deepEqual(judgeLabelled(path("/tasks", "monitor")), [toFlower(0)]);
  assert.deepEqual(judge(HTTP_ROUTE, httpRoute(routeRule("/tasks", "wiki", "monitor"))), [
    'route: spec.rules[0] leads to the Service "monitor", which selects flower\'s pods',
  ]);
});

test("fails an Ingress or HTTPRoute without BookWyrm's label that opens /setup at web's pods", () => {
  assert.deepEqual(judgePaths(path("/", "web")), [opens(0)]);
  assert.deepEqual(judgePaths(path("/", "wiki"), path("/setup", "web")), [opens(1)]);
  assert.deepEqual(judge(HTTP_ROUTE, httpRoute(routeRule("/", "web"))), [
    'route: spec.rules[0] opens /setup, at the Service "web", which selects web\'s pods',
  ]);
  const rewrite = { "nginx.ingress.kubernetes.io/rewrite-target": "/$2" };
  const paths = [path("/", "wiki"), path("/x(/|$)(.*)", "web")];
  assert.deepEqual(judge(INGRESS, ingress(...paths), { annotations: rewrite }), [opens(1)]);
});

test("fails a labelled one where /setup leads to web's pods by another Service", () => {
  assert.deepEqual(judgeLabelled(path("/", "web"), path("/setup", "web-canary")), [
    opens(1, "web-canary"),
  ]);
});

test("passes what blocks /setup, or does not lead to these pods", () => {
  assert.deepEqual(judgePaths(path("/", "web"), path("/setup", "wiki")), []);
  assert.deepEqual(judgePaths(path("/", "wiki"), path("/static", "web")), []);
  assert.deepEqual(judgeLabelled(path("/", "web"), path("/setup", "nothing")), []);
  const annotations = { "nginx.ingress.kubernetes.io/whitelist-source-range": "10.0.0.0/8" };
  assert.deepEqual(judge(INGRESS, ingress(path("/", "web")), { annotations }), []);
});

test("leaves what flower-not-routed and setup-page-blocked refuse before it is created", () => {
  const resources = [...PODS, service("flower", TO_FLOWER), ...SERVICES];
  const route = stackResource(`kubernetes:${INGRESS}`, "route", {
    props: {
      ...ingress(path("/", "web"), path("/x", "flower"), path("/flower", "monitor")),
      metadata: { ...NAMESPACE, labels: BOOKWYRM },
    },
  });
  assert.deepEqual(stackProblems(bookwyrmRoutedSafely, [...resources, route]), []);
});

test("leaves a Service that is not in the stack, or not known yet", () => {
  assert.deepEqual(judgePaths(path("/", "elsewhere"), path("/x", UNKNOWN)), []);
  const route = stackResource(`kubernetes:${INGRESS}`, "route", {
    props: { ...ingress(path("/", "site")), metadata: NAMESPACE },
  });
  for (const site of [
    service("site"),
    service("site", {}),
    service("site", UNKNOWN),
    service(UNKNOWN, TO_WEB),
    service("site", TO_WEB, "other"),
  ]) {
    assert.deepEqual(stackProblems(bookwyrmRoutedSafely, [...PODS, site, route]), []);
  }
  const elsewhere = workload("web", "other");
  const site = service("site", TO_WEB);
  assert.deepEqual(stackProblems(bookwyrmRoutedSafely, [elsewhere, site, route]), []);
  assert.deepEqual(stackProblems(bookwyrmRoutedSafely, [workload("web"), site, route]), [
    opens(0, "site"),
  ]);
});

test("follows a route into another namespace", () => {
  const backendRefs = [{ name: "monitor", namespace: "books" }];
  const route = (namespace: string, rule: object): StackResource =>
    stackResource(`kubernetes:${HTTP_ROUTE}`, "route", {
      props: { ...httpRoute(rule), metadata: { namespace } },
    });
  const judgeRoute = (resource: StackResource): string[] =>
    stackProblems(bookwyrmRoutedSafely, [...PODS, ...SERVICES, resource]);
  assert.deepEqual(judgeRoute(route("edge", { backendRefs })), [
    'route: spec.rules[0] leads to the Service "monitor", which selects flower\'s pods',
  ]);
  assert.deepEqual(judgeRoute(route("edge", routeRule("/", "monitor"))), []);
  const other = [{ name: "monitor", namespace: "other" }];
  assert.deepEqual(judgeRoute(route("books", { backendRefs: other })), []);
});
