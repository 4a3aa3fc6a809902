import assert from "node:assert/strict";
import { test } from "node:test";
import type { StackResource } from "../../../policy/rule.ts";
import { pullSecretExists } from "../../../policy/rules/pull-secret-exists.ts";
import {
  goodContainer,
  goodPodSpec,
  IMAGE,
  stackProblems,
  stackResource,
  UNKNOWN,
} from "../../support/policy.ts";
import { programResources, set, withChange, without } from "../../support/program.ts";

const HOST = "harbor.example.org";

const pod = (spec: object = {}, namespace: unknown = "books"): StackResource =>
  stackResource("kubernetes:core/v1:Pod", "pod", {
    props: { metadata: { namespace }, spec: goodPodSpec(spec) },
  });

const secret = (changes: object = {}, metadata: object = {}): StackResource =>
  stackResource("kubernetes:core/v1:Secret", "secret", {
    props: {
      metadata: { name: "registry", namespace: "books", ...metadata },
      type: "kubernetes.io/dockerconfigjson",
      stringData: { ".dockerconfigjson": logins(HOST) },
      ...changes,
    },
  });

const logins = (...hosts: readonly string[]): string =>
  JSON.stringify({ auths: Object.fromEntries(hosts.map((host) => [host, {}])) });
const opening = (...hosts: readonly string[]): object => ({
  stringData: { ".dockerconfigjson": logins(...hosts) },
});

const judge = (resources: readonly StackResource[], existing: readonly string[] = []): string[] =>
  stackProblems(pullSecretExists, resources, { existing });

const NAME = "pod: spec.imagePullSecrets[0].name";
const MISSING = `${NAME} is "registry", and the stack makes no such Secret in this namespace`;
const closed = (opened: string): string =>
  `pod: spec.containers[app].image comes from ${HOST}, and the pod's pull secrets open ${opened}`;

test("passes this program, and fails all its pods without the Secret", async () => {
  const program = await programResources();
  assert.deepEqual(judge(program), []);
  const found = judge(without(program, "Secret uostas-registry"));
  assert.equal(found.length, 9);
  for (const problem of found)
    assert.match(problem, /is "uostas-registry", and the stack makes no/);
  const elsewhere = withChange(
    program,
    "Secret uostas-registry",
    set(["metadata", "namespace"], "elsewhere"),
  );
  assert.equal(judge(elsewhere).length, 9);
});

test("passes a Secret of the pod's namespace that opens the registry", () => {
  assert.deepEqual(judge([pod(), secret()]), []);
  assert.deepEqual(judge([pod({}, null), secret({}, { namespace: "default" })]), []);
  assert.deepEqual(judge([pod(), secret(opening("another.example.org", HOST))]), []);
});

test("fails a Secret that is not there, or is not beside the pod", () => {
  assert.deepEqual(judge([pod()]), [MISSING]);
  assert.deepEqual(judge([pod(), secret({}, { name: "registry2" })]), [MISSING]);
  assert.deepEqual(judge([pod(), secret({}, { namespace: "other" })]), [MISSING]);
  assert.deepEqual(judge([pod({}, null), secret()]), [MISSING]);
  assert.deepEqual(judge([pod({ imagePullSecrets: [{ name: UNKNOWN }] })]), [
    `${NAME} is not known yet, and the stack makes no Secret in this namespace`,
  ]);
});

test("fails a Secret of another type", () => {
  assert.deepEqual(judge([pod(), secret({ type: "Opaque" })]), [
    `${NAME} is "registry", a Secret whose type is "Opaque"`,
  ]);
  assert.deepEqual(judge([pod(), secret({ type: undefined })]), [
    `${NAME} is "registry", a Secret whose type is not set`,
  ]);
});

test("fails images of a registry that no Secret of the pod opens", () => {
  assert.deepEqual(judge([pod(), secret(opening("a.example.org", `${HOST}:443`))]), [
    closed(`a.example.org, ${HOST}:443`),
  ]);
  assert.deepEqual(judge([pod(), secret(opening(`${HOST}/v2`))]), [closed(`${HOST}/v2`)]);
  assert.deepEqual(judge([pod(), secret({ stringData: {} })]), [closed("no registry")]);
  const initContainers = [goodContainer({ name: "prepare", image: "other.example.org/a/b:1" })];
  assert.deepEqual(judge([pod({ initContainers }), secret()]), [
    `pod: spec.initContainers[prepare].image comes from other.example.org, and the pod's pull secrets open ${HOST}`,
  ]);
});

test("reads the keys of a Secret as the kubelet does", () => {
  const image = (registry: string, path = "uostas/app"): StackResource =>
    pod({ containers: [goodContainer({ image: `${registry}/${path}:1` })] });
  const isOpenedBy = (key: string, registry = HOST, path?: string): boolean =>
    judge([image(registry, path), secret(opening(key))]).length === 0;
  for (const key of [
    `https://${HOST}`,
    `http://${HOST}/`,
    `https://${HOST}/v2/`,
    `${HOST}/v1/uostas`,
    `${HOST}/uostas`,
    `${HOST}/uostas/app`,
    `${HOST}/uos`,
    "*.example.org",
    "har*.*.org",
    "h*b*r.*.o*g",
    "harbor*.example.org",
    "*harbor.*example.org",
  ]) {
    assert.ok(isOpenedBy(key), key);
  }
  for (const key of [
    `${HOST}/other`,
    `${HOST}/v2/other`,
    `${HOST}/uostas/app/web`,
    "*.org",
    "*",
    "*.*.example.org",
    "bar*.example.org",
    "h.example.org",
    "harbor.example.*:5443",
    "h*harbor.example.org",
    "harb*bor.example.org",
    "h*z*r.example.org",
    "h*o*b*r.example.org",
  ]) {
    assert.ok(!isOpenedBy(key), key);
  }
  const port = "harbor.example.org:5443";
  assert.ok(isOpenedBy(port, port));
  assert.ok(isOpenedBy("*.example.org:5443", port));
  assert.ok(!isOpenedBy("*.example.org:5444", port));
  assert.ok(!isOpenedBy("harbor.example.*", port));
  const began = performance.now();
  assert.ok(!isOpenedBy(`${"*a".repeat(30)}b.example.org`, `${"a".repeat(63)}.example.org`));
  assert.ok(performance.now() - began < 1000);
  for (const key of [
    "https://index.docker.io/v1/",
    "index.docker.io",
    "docker.io",
    "docker.io/acme",
  ]) {
    assert.ok(isOpenedBy(key, "docker.io", "acme/app"), key);
  }
  assert.ok(!isOpenedBy("index.docker.io/acme", "docker.io", "acme/app"));
  assert.ok(!isOpenedBy("docker.io/acme", "docker.io", "uostas/app"));
});

test("fails the image of a volume like that of a container", () => {
  const volumes = [{ name: "fonts", image: { reference: "other.example.org/a/fonts:1" } }];
  assert.deepEqual(judge([pod({ volumes }), secret()]), [
    `pod: spec.volumes[fonts].image.reference comes from other.example.org, and the pod's pull secrets open ${HOST}`,
  ]);
  assert.deepEqual(judge([pod({ volumes }), secret(opening("*.example.org"))]), []);
});

test("several Secrets open together what each of them opens", () => {
  const initContainers = [goodContainer({ name: "prepare", image: "other.example.org/a/b:1" })];
  const imagePullSecrets = [{ name: "registry" }, { name: "other" }];
  const other = secret(opening("other.example.org"), { name: "other" });
  assert.deepEqual(judge([pod({ initContainers, imagePullSecrets }), secret(), other]), []);
  assert.deepEqual(judge([pod({ initContainers, imagePullSecrets }), secret()]), [
    'pod: spec.imagePullSecrets[1].name is "other", and the stack makes no such Secret in this namespace',
  ]);
});

test("passes a Secret that is made elsewhere, whatever it opens", () => {
  assert.deepEqual(judge([pod()], ["registry"]), []);
  assert.deepEqual(judge([pod()], ["other"]), [MISSING]);
});

test("takes what is not known yet for right", () => {
  for (const unknown of [
    secret({}, { name: UNKNOWN }),
    secret({}, { namespace: UNKNOWN }),
    secret({ type: UNKNOWN }),
    secret({ stringData: UNKNOWN }),
  ]) {
    assert.deepEqual(judge([pod(), unknown]), []);
  }
  assert.deepEqual(judge([pod({}, UNKNOWN), secret()]), []);
  assert.deepEqual(judge([pod({ imagePullSecrets: UNKNOWN }), secret()]), []);
  assert.deepEqual(judge([pod({ imagePullSecrets: [{ name: UNKNOWN }] }), secret()]), []);
  for (const image of [UNKNOWN, 1, "a b"]) {
    assert.deepEqual(judge([pod({ containers: [goodContainer({ image })] }), secret()]), []);
  }
});

test("leaves a pod without a pull secret to another rule", () => {
  assert.deepEqual(judge([pod({ imagePullSecrets: [] })]), []);
  assert.deepEqual(judge([pod({ imagePullSecrets: [{}] })]), []);
});

test("sees pods and Secrets in Lists", () => {
  const spec = { template: { spec: goodPodSpec() } };
  const list = (...items: readonly object[]): StackResource =>
    stackResource("kubernetes:core/v1:List", "list", { props: { items } });
  const workload = { kind: "Deployment", metadata: { namespace: "books" }, spec };
  const listed = { kind: "Secret", ...(secret().props as object) };
  assert.deepEqual(judge([list(workload, listed)]), []);
  assert.deepEqual(judge([list({ kind: "Deployment", spec }, listed)]), [
    'list: items[0].spec.template.spec.imagePullSecrets[0].name is "registry", and the stack makes no such Secret in this namespace',
  ]);
  assert.ok(IMAGE.startsWith(`${HOST}/`));
});
