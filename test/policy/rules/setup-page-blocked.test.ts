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
  assert.deepEqual(judgePaths(path("/s", "web")), []);
  assert.deepEqual(judge(httpRoute(routeRule("/s", "web")), HTTP_ROUTE), []);
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

const allowing = (lists: Readonly<Record<string, unknown>>): object => {
  const { spec, metadata } = ingress(path("/", "web"));
  const annotations = Object.fromEntries(
    Object.entries(lists).map(([list, ranges]) => [
      `nginx.ingress.kubernetes.io/${list}-source-range`,
      ranges,
    ]),
  );
  return { spec, metadata: { ...metadata, annotations } };
};

test("passes an Ingress for some addresses only", () => {
  for (const list of ["whitelist", "allowlist"]) {
    for (const ranges of ["192.0.2.0/24,10.0.0.0/8", "192.0.2.7, 2001:db8::/32", "2001::/16"]) {
      assert.deepEqual(judge(allowing({ [list]: ranges })), [], ranges);
    }
    for (const ranges of ["", "everyone", "10.0.0.0/", "10.0.0.0/8,", UNKNOWN, 1]) {
      assert.deepEqual(judge(allowing({ [list]: ranges })), [opens(0)], ranges.toString());
    }
  }
});

test("fails an Ingress for addresses of everyone, however the list puts it", () => {
  for (const ranges of [
    "0.0.0.0/0",
    "192.0.2.0/24,0.0.0.0/0",
    "::/0",
    "0.0.0.0/1,128.0.0.0/1",
    "10.0.0.0/7",
    "2000::/15",
    "0.0.0.0/00",
  ]) {
    assert.deepEqual(judge(allowing({ whitelist: ranges })), [opens(0)], ranges);
  }
  const both = { whitelist: "10.0.0.0/8", allowlist: "0.0.0.0/0" };
  assert.deepEqual(judge(allowing(both)), [opens(0)]);
});

test("says how wide a range of addresses may be", () => {
  const [finding] = setupPageBlocked.judge(
    stackResource(`kubernetes:${INGRESS}`, "subject", { props: ingress(path("/", "web")) }),
    {},
  );
  assert.match(finding?.fix ?? "", /none wider than \/8, or \/16 for IPv6$/);
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

const annotated = (annotations: object, ...paths: readonly object[]): object => {
  const { spec, metadata } = ingress(...paths);
  return { spec, metadata: { ...metadata, annotations } };
};

test("a rewrite of nginx that may make /setup of another path opens it", () => {
  const judgeTarget = (target: unknown, value = "/x(/|$)(.*)"): string[] =>
    judge(
      annotated(
        { "nginx.ingress.kubernetes.io/rewrite-target": target },
        path(value, "web", "ImplementationSpecific"),
      ),
    );
  for (const target of ["/$2", "$1$2", "/se$2", "/setup", "/setup$1", "/setup/$2", "/", UNKNOWN]) {
    assert.deepEqual(judgeTarget(target), [opens(0)], target);
  }
  for (const target of ["/books/$2", "/setups", "/x/setup/$2"]) {
    assert.deepEqual(judgeTarget(target), [], target);
  }
});

test("a rewrite of nginx beside a block of /setup is refused, and told from a missing block", () => {
  const rewrite = { "nginx.ingress.kubernetes.io/rewrite-target": "/$1" };
  const paths = [path("/setup", "nothing"), path("/(.*)", "web")];
  const props = annotated(rewrite, ...paths);
  const resource = stackResource(`kubernetes:${INGRESS}`, "subject", { props });
  assert.deepEqual(
    setupPageBlocked.judge(resource, {}).map(({ path, fix }) => `${path}: ${fix}`),
    [
      "spec.rules[0].http.paths[1]: leave the rewrite out, or let it begin with a path that is not /setup",
    ],
  );
  assert.deepEqual(judge(annotated({}, ...paths)), []);
});

test("a rewrite that is not known yet is told from one that opens /setup", () => {
  const isUnknown = (target: unknown): boolean | undefined => {
    const rewrite = { "nginx.ingress.kubernetes.io/rewrite-target": target };
    const props = annotated(rewrite, path("/x", "web"));
    const resource = stackResource(`kubernetes:${INGRESS}`, "subject", { props });
    return setupPageBlocked.judge(resource, {})[0]?.isUnknown;
  };
  assert.equal(isUnknown(UNKNOWN), true);
  assert.equal(isUnknown("/setup"), undefined);
});

test("a pattern of nginx that may take /setup opens it, unless the block is longer", () => {
  const regex = { "nginx.ingress.kubernetes.io/use-regex": "true" };
  const judgePattern = (pattern: string, ...others: readonly object[]): string[] =>
    judge(annotated(regex, path(pattern, "web", "ImplementationSpecific"), ...others));
  for (const pattern of [
    "/s.*",
    "/set",
    "/SETUP",
    "/s(etup)",
    "/setupx?",
    "/x|/setup",
    "/sx*etup",
  ]) {
    assert.deepEqual(judgePattern(pattern), [opens(0)], pattern);
  }
  for (const pattern of ["/static/.*", "/books?/(.*)", "/setups/.*", "/x(/|$)(.*)"]) {
    assert.deepEqual(judgePattern(pattern), [], pattern);
  }
  const block = path("/setup(/|$)(.*)", "nothing");
  assert.deepEqual(judgePattern("/s.*", path("/", "web"), block), []);
  assert.deepEqual(judgePattern("/s[a-z]*(/|$)(.*)", path("/", "web"), block), [opens(0)]);
  assert.deepEqual(judgePaths(path("/s.*", "web")), []);
  // With patterns nginx takes an exact path for the start of one.
  assert.deepEqual(judge(annotated(regex, path("/", "web", "Exact"))), [opens(0)]);
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
