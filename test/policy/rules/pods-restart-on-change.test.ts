import assert from "node:assert/strict";
import { test } from "node:test";
import type { StackResource } from "../../../policy/rule.ts";
import { podsRestartOnChange } from "../../../policy/rules/pods-restart-on-change.ts";
import { goodContainer, stackProblems, stackResource, UNKNOWN } from "../../support/policy.ts";
import { programResources, set, withChange } from "../../support/program.ts";

const judge = (...resources: readonly StackResource[]): string[] =>
  stackProblems(podsRestartOnChange, resources);

const AUTONAMED = { annotations: { "pulumi.com/autonamed": "true" } };

const object = (
  kind: "ConfigMap" | "Secret",
  metadata: object,
  props: object = {},
): StackResource =>
  stackResource(`kubernetes:core/v1:${kind}`, "settings", {
    props: { metadata: { name: "settings", namespace: "books", ...metadata }, ...props },
  });

const deployment = (spec: object, annotations: object = {}): StackResource =>
  stackResource("kubernetes:apps/v1:Deployment", "app", {
    props: {
      metadata: { namespace: "books" },
      spec: { template: { metadata: { annotations }, spec } },
    },
  });

const reading = (container: object, annotations: object = {}): StackResource =>
  deployment({ containers: [goodContainer(container)] }, annotations);

const CONTAINER = "app: spec.template.spec.containers[app]";
const fixedName = (path: string, kind = "ConfigMap"): string =>
  `${path} is "settings", a ${kind} whose name stays the same when its data changes`;

const WHOLE = { envFrom: [{ configMapRef: { name: "settings" } }] };
const WHOLE_PATH = `${CONTAINER}.envFrom[0].configMapRef.name`;

test("passes this program, and fails its pods where its environment gets a fixed name", async () => {
  const program = await programResources();
  assert.deepEqual(judge(...program), []);
  const fixed = set(["metadata", "annotations"], undefined);
  const stack = withChange(program, "ConfigMap environment", fixed);
  const found = judge(...stack);
  assert.equal(found.length, 7);
  for (const problem of found)
    assert.match(problem, /is "environment-1a2b3c4d", a ConfigMap whose/);
  assert.equal(judge(...withChange(program, "Secret environment", fixed)).length, 7);
  assert.equal(judge(...withChange(program, "ConfigMap heartbeats", fixed)).length, 2);
  assert.equal(judge(...withChange(program, "Secret redis-broker", fixed)).length, 2);
});

test("passes an auto-named object", () => {
  assert.deepEqual(judge(reading(WHOLE), object("ConfigMap", AUTONAMED)), []);
});

test("fails a fixed name wherever a container reads it", () => {
  const configMap = object("ConfigMap", {});
  const secret = object("Secret", {});
  const name = "settings";
  assert.deepEqual(judge(reading(WHOLE), configMap), [fixedName(WHOLE_PATH)]);
  assert.deepEqual(judge(reading({ envFrom: [{ secretRef: { name } }] }), secret), [
    fixedName(`${CONTAINER}.envFrom[0].secretRef.name`, "Secret"),
  ]);
  const env = [
    { name: "A", value: "1" },
    { name: "B", valueFrom: { configMapKeyRef: { name, key: "b" } } },
    { name: "C", valueFrom: { secretKeyRef: { name, key: "c" } } },
  ];
  assert.deepEqual(judge(reading({ env }), configMap, secret), [
    fixedName(`${CONTAINER}.env[1].valueFrom.configMapKeyRef.name`),
    fixedName(`${CONTAINER}.env[2].valueFrom.secretKeyRef.name`, "Secret"),
  ]);
  const sources = [{ configMap: { name } }, { secret: { name } }];
  const volumes = [
    { configMap: { name } },
    { secret: { secretName: name } },
    { projected: { sources } },
  ];
  const path = "app: spec.template.spec.volumes";
  assert.deepEqual(judge(deployment({ containers: [], volumes }), configMap, secret), [
    fixedName(`${path}[0].configMap.name`),
    fixedName(`${path}[1].secret.secretName`, "Secret"),
    fixedName(`${path}[2].projected.sources[0].configMap.name`),
    fixedName(`${path}[2].projected.sources[1].secret.name`, "Secret"),
  ]);
  const initContainers = [goodContainer(WHOLE)];
  assert.deepEqual(judge(deployment({ containers: [], initContainers }), configMap), [
    fixedName("app: spec.template.spec.initContainers[app].envFrom[0].configMapRef.name"),
  ]);
});

test("passes pods whose template has a sum of the object's data", () => {
  const sum = { "checksum/settings": "0f1e2d3c" };
  assert.deepEqual(judge(reading(WHOLE, sum), object("ConfigMap", {})), []);
  assert.deepEqual(judge(reading(WHOLE, { "checksum/other": "1" }), object("ConfigMap", {})), [
    fixedName(WHOLE_PATH),
  ]);
});

test("passes an immutable object whose name ends in a sum of its data", () => {
  const named = (name: string, props: object): string[] =>
    judge(reading({ envFrom: [{ configMapRef: { name } }] }), object("ConfigMap", { name }, props));
  const immutable = { immutable: true };
  for (const name of [
    "settings-g2hdhfc6tk",
    "settings-bcdfghkmtb",
    "settings-0f1e2d3c",
    `a-${"0f".repeat(32)}`,
  ]) {
    assert.deepEqual(named(name, immutable), [], name);
    assert.equal(named(name, {}).length, 1, name);
    assert.equal(named(name, { immutable: false }).length, 1, name);
  }
  for (const name of [
    "settings",
    "settings-v2",
    "bookwyrm-settings",
    "settings-production1",
    "settings-0f1e2d3c-web",
    "settings0f1e2d3c",
  ]) {
    assert.equal(named(name, immutable).length, 1, name);
  }
});

test("a name that is too long for an annotation is cut in it", () => {
  const name = "a".repeat(70);
  const cut = `checksum/${"a".repeat(63)}`;
  const reader = (annotations: object): StackResource =>
    reading({ envFrom: [{ configMapRef: { name } }] }, annotations);
  const [finding] = podsRestartOnChange.judgeStack([reader({}), object("ConfigMap", { name })], {});
  assert.ok(finding?.fix.endsWith(cut));
  assert.deepEqual(judge(reader({ [cut]: "0f1e2d3c" }), object("ConfigMap", { name })), []);
});

test("leaves a CronJob, whose every run reads anew", () => {
  const template = { spec: { containers: [goodContainer(WHOLE)] } };
  const cronJob = stackResource("kubernetes:batch/v1:CronJob", "app", {
    props: { metadata: { namespace: "books" }, spec: { jobTemplate: { spec: { template } } } },
  });
  assert.deepEqual(judge(cronJob, object("ConfigMap", {})), []);
});

test("fails an auto-named object that the provider changes in place, unless it is immutable", () => {
  const judgeWith = (props: object, settings: object): string[] => {
    const { provider, ...configMap } = object("ConfigMap", AUTONAMED, props);
    assert.ok(provider);
    return judge(reading(WHOLE), { ...configMap, provider: { ...provider, props: settings } });
  };
  const inPlace = `${WHOLE_PATH} is "settings", a ConfigMap that the provider changes in place (enableConfigMapMutable)`;
  for (const enableConfigMapMutable of ["true", true]) {
    assert.deepEqual(judgeWith({}, { enableConfigMapMutable }), [inPlace]);
    assert.deepEqual(judgeWith({ immutable: true }, { enableConfigMapMutable }), []);
  }
  assert.deepEqual(judgeWith({}, { enableConfigMapMutable: "false" }), []);
  assert.deepEqual(judgeWith({}, { enableSecretMutable: "true" }), []);
});

test("leaves objects that this stack does not make, and pull secrets", () => {
  assert.deepEqual(judge(reading(WHOLE)), []);
  assert.deepEqual(judge(reading(WHOLE), object("Secret", {})), []);
  assert.deepEqual(judge(reading(WHOLE), object("ConfigMap", { namespace: "other" })), []);
  assert.deepEqual(judge(reading(WHOLE), object("ConfigMap", { name: "other" })), []);
  const pulling = deployment({ containers: [], imagePullSecrets: [{ name: "settings" }] });
  assert.deepEqual(judge(pulling, object("Secret", {})), []);
});

test("takes a name that is not known yet for right", () => {
  const unknown = { envFrom: [{ configMapRef: { name: UNKNOWN } }] };
  assert.deepEqual(judge(reading(unknown), object("ConfigMap", {})), []);
  assert.deepEqual(judge(reading(WHOLE), object("ConfigMap", { name: UNKNOWN })), []);
  assert.deepEqual(judge(reading(WHOLE), object("ConfigMap", { namespace: UNKNOWN })), [
    fixedName(WHOLE_PATH),
  ]);
});
