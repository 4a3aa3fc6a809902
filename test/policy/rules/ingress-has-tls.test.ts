import assert from "node:assert/strict";
import { test } from "node:test";
import { ingressHasTls } from "../../../policy/rules/ingress-has-tls.ts";
import { INGRESS, ingress, path } from "../../support/ingress.ts";
import { problems, stackResource, UNKNOWN } from "../../support/policy.ts";

const judge = (props: object, type = INGRESS): string[] => problems(ingressHasTls, type, props);
const judgeHosts = (covered: readonly unknown[], ...hosts: readonly unknown[]): string[] =>
  judge({ spec: { tls: [{ hosts: covered }], rules: hosts.map((host) => ({ host })) } });

const missing = (host: string, index = 0): string =>
  `spec.rules[${index.toString()}].host is "${host}", which no entry of spec.tls names`;

test("passes hosts that a certificate names, by name or by a wildcard for one label", () => {
  assert.deepEqual(judge(ingress(path("/", "web"))), []);
  assert.deepEqual(judgeHosts(["a.example.org", "b.example.org"], "b.example.org"), []);
  assert.deepEqual(judgeHosts(["*.example.org"], "a.example.org", "*.example.org"), []);
});

test("fails a host that no certificate names", () => {
  assert.deepEqual(judge({ spec: { rules: [{ host: "a.example.org" }] } }), [
    missing("a.example.org"),
  ]);
  assert.deepEqual(judgeHosts(["a.example.org"], "a.example.org", "b.example.org"), [
    missing("b.example.org", 1),
  ]);
  assert.deepEqual(judgeHosts([], "a.example.org"), [missing("a.example.org")]);
  assert.deepEqual(judgeHosts(["*.example.org"], "example.org", "a.b.example.org"), [
    missing("example.org"),
    missing("a.b.example.org", 1),
  ]);
  assert.deepEqual(judgeHosts(["*.example.org"], "a.example.org.evil.io"), [
    missing("a.example.org.evil.io"),
  ]);
  assert.deepEqual(judgeHosts(["a.example.org"], "*.example.org"), [missing("*.example.org")]);
});

test("fails what answers for every host", () => {
  const unnamed = "spec.rules[0].host is not set, so that the rule is for every host";
  assert.deepEqual(judgeHosts(["a.example.org"], undefined), [unnamed]);
  assert.deepEqual(judgeHosts(["a.example.org"], ""), [unnamed]);
  for (const field of ["defaultBackend", "backend"]) {
    assert.deepEqual(judge({ spec: { [field]: {} } }), [
      `spec.${field} answers for every host, for which there is no certificate`,
    ]);
  }
});

test("fails an Ingress that also answers without TLS", () => {
  const annotation = (value: unknown): object => ({
    ...ingress(path("/", "web")),
    metadata: { annotations: { "nginx.ingress.kubernetes.io/ssl-redirect": value } },
  });
  const field = 'metadata.annotations["nginx.ingress.kubernetes.io/ssl-redirect"]';
  assert.deepEqual(judge(annotation("true")), []);
  for (const off of ["false", "False", "FALSE", "f", "F", "0"]) {
    assert.deepEqual(judge(annotation(off)), [`${field} is "${off}"`]);
  }
  assert.deepEqual(judge(annotation(UNKNOWN)), [`${field} is not known yet`]);
});

test("says what is not known yet", () => {
  assert.deepEqual(judgeHosts(["a.example.org"], UNKNOWN), ["spec.rules[0].host is not known yet"]);
  assert.deepEqual(judgeHosts([UNKNOWN, "a.example.org"], "b.example.org"), [
    "spec.tls is not known yet",
  ]);
  assert.deepEqual(judge({ spec: { tls: UNKNOWN } }), ["spec.tls is not known yet"]);
  for (const spec of [{ tls: UNKNOWN }, { rules: [{ host: UNKNOWN }] }]) {
    const resource = stackResource("kubernetes:networking.k8s.io/v1:Ingress", "subject", {
      props: { spec },
    });
    assert.deepEqual(
      ingressHasTls.judge(resource, {}).map(({ isUnknown }) => isUnknown),
      [true],
    );
  }
});

test("a Patch may leave the certificates alone", () => {
  const patch = "networking.k8s.io/v1:IngressPatch";
  assert.deepEqual(judge({ spec: { rules: [{ host: "a.example.org" }] } }, patch), []);
  assert.deepEqual(judge({ spec: { tls: [], rules: [{ host: "a.example.org" }] } }, patch), [
    missing("a.example.org"),
  ]);
});

test("sees every Ingress of a List, in any API version, and nothing else", () => {
  const bare = { spec: { rules: [{ host: "a.example.org" }] } };
  assert.deepEqual(judge({ items: [bare] }, "networking.k8s.io/v1:IngressList"), [
    `items[0].${missing("a.example.org")}`,
  ]);
  assert.deepEqual(judge(bare, "extensions/v1beta1:Ingress"), [missing("a.example.org")]);
  assert.deepEqual(judge(bare, "gateway.networking.k8s.io/v1:HTTPRoute"), []);
});
