import assert from "node:assert/strict";
import { test } from "node:test";
import { setupPageBlocked } from "../../../policy/rules/setup-page-blocked.ts";
import { HTTP_ROUTE, httpRoute, INGRESS, ingress, path, routeRule } from "../../support/ingress.ts";
import { asInPreview, problems, stackResource, UNKNOWN } from "../../support/policy.ts";

const judge = (props: object, type = INGRESS): string[] => problems(setupPageBlocked, type, props);
const judgePaths = (...paths: readonly object[]): string[] => judge(ingress(...paths));

const opens = (index: number, service = '"web"'): string =>
  `spec.rules[0].http.paths[${index.toString()}] opens /setup, at the Service ${service}`;

test("passes a site whose /setup leads to another Service", () => {
  assert.deepEqual(judgePaths(path("/", "web"), path("/setup", "nothing")), []);
  assert.deepEqual(judgePaths(path("/setup/", "nothing"), path("/", "web")), []);
  assert.deepEqual(judgePaths(path("/", "web"), path("/setup", UNKNOWN)), []);
});

test("passes parts of the site that hold no setup page", () => {
  assert.deepEqual(judgePaths(path("/static", "files"), path("/setups", "web")), []);
  assert.deepEqual(judgePaths(path("/", "web", "Exact")), []);
});

test("fails a site with nothing for /setup", () => {
  assert.deepEqual(judgePaths(path("/", "web")), [opens(0)]);
  assert.deepEqual(judgePaths(path(undefined, "web")), [opens(0)]);
  assert.deepEqual(judgePaths(path("/(.*)", "web", "ImplementationSpecific")), [opens(0)]);
  assert.deepEqual(judgePaths(path("/", UNKNOWN)), [opens(0, "that is not known yet")]);
  assert.deepEqual(
    judge({ ...ingress(), spec: { defaultBackend: { service: { name: "web" } } } }),
    ['spec.defaultBackend opens /setup, at the Service "web"'],
  );
});

test("fails a /setup that leads to the site after all", () => {
  assert.deepEqual(judgePaths(path("/", "web"), path("/setup", "web")), [opens(1)]);
  assert.deepEqual(judgePaths(path("/setup", "web")), [opens(0)]);
  assert.deepEqual(judgePaths(path("/", "web"), path("/x/setup", "nothing")), [opens(0)]);
});

test("fails a block that leaves the pages below /setup open", () => {
  assert.deepEqual(judgePaths(path("/", "web"), path("/setup", "nothing", "Exact")), [opens(0)]);
});

test("judges each host by itself", () => {
  const rule = (host: string, ...paths: readonly object[]): object => ({ host, http: { paths } });
  const spec = {
    rules: [
      rule("a.example.org", path("/", "web"), path("/setup", "nothing")),
      rule("b.example.org", path("/", "web")),
    ],
  };
  assert.deepEqual(judge({ ...ingress(), spec }), [
    'spec.rules[1].http.paths[0] opens /setup, at the Service "web"',
  ]);
});

test("passes an Ingress for some addresses only", () => {
  for (const kind of ["whitelist", "allowlist"]) {
    const only = (ranges: unknown): object => {
      const { spec, metadata } = ingress(path("/", "web"));
      const annotations = { [`nginx.ingress.kubernetes.io/${kind}-source-range`]: ranges };
      return { spec, metadata: { ...metadata, annotations } };
    };
    assert.deepEqual(judge(only("192.0.2.0/24,10.0.0.0/8")), []);
    for (const ranges of ["", "0.0.0.0/0", "192.0.2.0/24,0.0.0.0/0", "::/0", UNKNOWN, 1]) {
      assert.deepEqual(judge(only(ranges)), [opens(0)]);
    }
  }
});

test("judges an HTTPRoute, where a rule without a Service leads nowhere", () => {
  const judgeRules = (...rules: readonly object[]): string[] =>
    judge(httpRoute(...rules), HTTP_ROUTE);
  assert.deepEqual(judgeRules(routeRule("/", "web"), routeRule("/setup")), []);
  assert.deepEqual(judgeRules(routeRule("/")), []);
  assert.deepEqual(judgeRules(routeRule(undefined, "web"), routeRule("/setup", "nothing")), []);
  assert.deepEqual(judgeRules(routeRule(undefined, "web")), [
    'spec.rules[0] opens /setup, at the Service "web"',
  ]);
  assert.deepEqual(judgeRules(routeRule("/", "web"), routeRule("/setup", "nothing", "web")), [
    'spec.rules[1] opens /setup, at the Service "web"',
  ]);
});

test("tells what is open from what is not known yet", () => {
  const isUnknown = (service: unknown): boolean | undefined => {
    const type = `kubernetes:${INGRESS}`;
    const props = asInPreview(ingress(path("/", service)));
    const object = { ...stackResource(type, "subject"), props };
    return setupPageBlocked.judge(object, {})[0]?.isUnknown;
  };
  assert.equal(isUnknown(UNKNOWN), true);
  assert.equal(isUnknown("web"), undefined);
});

test("judges each item of a List, and what is labelled as BookWyrm's alone", () => {
  const open = ingress(path("/", "web"));
  assert.deepEqual(judge({ items: [open] }, "networking.k8s.io/v1:IngressList"), [
    `items[0].${opens(0)}`,
  ]);
  assert.deepEqual(judge({ spec: open["spec"] }), []);
  const labels = { "app.kubernetes.io/part-of": "wiki" };
  assert.deepEqual(judge({ ...open, metadata: { labels } }), []);
});

test("takes a spec that is not known for one that opens everything", () => {
  assert.deepEqual(judge({ ...ingress(), spec: UNKNOWN }), [
    "spec opens /setup, at the Service that is not known yet",
  ]);
});

test("a match for some requests opens /setup, and does not block it", () => {
  const some = (condition: object, ...services: readonly string[]): object => ({
    ...routeRule("/setup", ...services),
    matches: [{ path: { type: "PathPrefix", value: "/setup" }, ...condition }],
  });
  for (const condition of [
    { method: "POST" },
    { headers: [{ name: "x-block", value: "yes" }] },
    { queryParams: [{ name: "x", value: "y" }] },
  ]) {
    assert.deepEqual(
      judge(httpRoute(routeRule("/", "web"), some(condition, "nothing")), HTTP_ROUTE),
      ['spec.rules[0] opens /setup, at the Service "web"'],
    );
    assert.deepEqual(
      judge(
        httpRoute(routeRule("/", "web"), routeRule("/setup", "nothing"), some(condition, "web")),
        HTTP_ROUTE,
      ),
      ['spec.rules[2] opens /setup, at the Service "web"'],
    );
  }
});

test("the page alone is opened beside a block of what is below it", () => {
  assert.deepEqual(
    judgePaths(path("/", "web"), path("/setup", "nothing"), path("/setup", "web", "Exact")),
    [opens(2)],
  );
});

test("a rewrite to /setup opens it", () => {
  const rewritten = (value: string, rewrite: object): object => ({
    ...routeRule(value, "web"),
    filters: [{ type: "URLRewrite", urlRewrite: { path: rewrite } }],
  });
  const judgeRewrite = (value: string, rewrite: object): string[] =>
    judge(
      httpRoute(routeRule("/", "web"), routeRule("/setup", "nothing"), rewritten(value, rewrite)),
      HTTP_ROUTE,
    );
  const opened = ['spec.rules[2] opens /setup, at the Service "web"'];
  assert.deepEqual(judgeRewrite("/x", { replaceFullPath: "/setup" }), opened);
  assert.deepEqual(judgeRewrite("/x", { replacePrefixMatch: "/setup/" }), opened);
  assert.deepEqual(judgeRewrite("/x", { replacePrefixMatch: "/" }), opened);
  assert.deepEqual(judgeRewrite("/x", { replacePrefixMatch: "" }), opened);
  assert.deepEqual(judgeRewrite("/x", { replaceFullPath: UNKNOWN }), opened);
  for (const elsewhere of ["/books", "/x/setup", "/setups"]) {
    assert.deepEqual(judgeRewrite("/x", { replacePrefixMatch: elsewhere }), [], elsewhere);
  }
});

test("a list of addresses counts where nginx reads it", () => {
  const { spec, metadata } = ingress(path("/", "web"));
  const annotations = { "nginx.ingress.kubernetes.io/whitelist-source-range": "10.0.0.0/8" };
  const judgeClass = (ingressClassName: unknown): string[] =>
    judge({ spec: { ...spec, ingressClassName }, metadata: { ...metadata, annotations } });
  assert.deepEqual(judgeClass("nginx-internal"), []);
  assert.deepEqual(judgeClass("traefik"), [opens(0)]);
  assert.deepEqual(
    judge(
      { ...httpRoute(routeRule("/", "web")), metadata: { ...metadata, annotations } },
      HTTP_ROUTE,
    ),
    ['spec.rules[0] opens /setup, at the Service "web"'],
  );
});
