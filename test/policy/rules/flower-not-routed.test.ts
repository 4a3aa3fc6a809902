import assert from "node:assert/strict";
import { test } from "node:test";
import { flowerNotRouted } from "../../../policy/rules/flower-not-routed.ts";
import { HTTP_ROUTE, httpRoute, INGRESS, ingress, path, routeRule } from "../../support/ingress.ts";
import { problems, UNKNOWN } from "../../support/policy.ts";

const judge = (type: string, props: object): string[] => problems(flowerNotRouted, type, props);

const FIRST = "spec.rules[0].http.paths[0]";

test("passes routes to everything else", () => {
  const other = ingress(path("/", "web"), path("/flowers", "flowershop"), path("/x", UNKNOWN));
  assert.deepEqual(judge(INGRESS, other), []);
  assert.deepEqual(judge(HTTP_ROUTE, httpRoute(routeRule("/", "web"), routeRule("/wall"))), []);
});

test("fails a route to a Service that is flower's, under whatever path", () => {
  for (const service of ["flower", "bookwyrm-flower", "flower-1a2b3c4d"]) {
    assert.deepEqual(judge(INGRESS, ingress(path("/tasks", service))), [
      `${FIRST} leads to the Service "${service}"`,
    ]);
    assert.deepEqual(judge(HTTP_ROUTE, httpRoute(routeRule(undefined, "web", service))), [
      `spec.rules[0] leads to the Service "${service}"`,
    ]);
  }
  assert.deepEqual(judge(INGRESS, { spec: { defaultBackend: { service: { name: "flower" } } } }), [
    'spec.defaultBackend leads to the Service "flower"',
  ]);
});

test("fails the older forms of an Ingress", () => {
  const backend = { serviceName: "flower", servicePort: 80 };
  assert.deepEqual(
    judge("extensions/v1beta1:Ingress", {
      spec: { backend, rules: [{ http: { paths: [{ backend }] } }] },
    }),
    ['spec.backend leads to the Service "flower"', `${FIRST} leads to the Service "flower"`],
  );
});

test("fails its path, wherever that leads", () => {
  for (const value of ["/flower", "/flower/", "/flower(/|$)(.*)", "/flower/metrics"]) {
    assert.deepEqual(judge(INGRESS, ingress(path(value, UNKNOWN))), [
      `${FIRST} opens the path "${value}"`,
    ]);
  }
  assert.deepEqual(judge(HTTP_ROUTE, httpRoute(routeRule("/flower", "nginx"))), [
    'spec.rules[0] opens the path "/flower"',
  ]);
});

test("reports every route, also in a List and as a Patch", () => {
  const paths = [path("/", "flower"), path("/flower", "web")];
  const found = (prefix: string): string[] => [
    `${prefix}${FIRST} leads to the Service "flower"`,
    `${prefix}spec.rules[0].http.paths[1] opens the path "/flower"`,
  ];
  assert.deepEqual(judge("networking.k8s.io/v1:IngressPatch", ingress(...paths)), found(""));
  assert.deepEqual(
    judge("networking.k8s.io/v1:IngressList", { items: [ingress(...paths)] }),
    found("items[0]."),
  );
  assert.deepEqual(judge(INGRESS, { spec: UNKNOWN }), []);
});

test("fails a copy of requests that is sent to flower", () => {
  const mirror = { type: "RequestMirror", requestMirror: { backendRef: { name: "flower" } } };
  const rule = { backendRefs: [{ name: "web" }], filters: [mirror] };
  assert.deepEqual(
    problems(flowerNotRouted, "gateway.networking.k8s.io/v1:HTTPRoute", {
      spec: { rules: [rule] },
    }),
    ['spec.rules[0] leads to the Service "flower"'],
  );
});
