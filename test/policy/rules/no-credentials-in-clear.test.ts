import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { noCredentialsInClear } from "../../../policy/rules/no-credentials-in-clear.ts";
import {
  deployment,
  everyWorkload,
  goodContainer,
  goodPodSpec,
  problems,
  UNKNOWN,
} from "../../support/policy.ts";

const NAMED = "has a name that a credential has, and a value in clear";
const ASSIGNED = "gives something with a credential's name a value in clear";

const judge = (type: string, props: object, allowed: readonly string[] = []): string[] =>
  problems(noCredentialsInClear, type, props, { allowed });
const judgeContainer = (changes: object): string[] =>
  judge("apps/v1:Deployment", deployment({ containers: [goodContainer(changes)] }));

const CONTAINER = "spec.template.spec.containers[app]";

test("passes references to Secrets, and whatever a Secret itself holds", () => {
  const env = [
    { name: "POSTGRES_PASSWORD", valueFrom: { secretKeyRef: { name: "pg", key: "password" } } },
    { name: "POSTGRES_USER", value: "bookwyrm" },
  ];
  assert.deepEqual(judgeContainer({ env }), []);
  assert.deepEqual(judge("core/v1:Secret", { stringData: { POSTGRES_PASSWORD: "hunter2" } }), []);
  assert.deepEqual(judge("core/v1:Secret", { data: { POSTGRES_PASSWORD: "aHVudGVyMg==" } }), []);
});

test("fails variables, command lines, probes and hooks of a container", () => {
  const found = judgeContainer({
    env: [
      { name: "POSTGRES_PASSWORD", value: "hunter2" },
      { name: UNKNOWN, value: "postgres://a:hunter2@db" },
    ],
    command: ["sh", "-c", "export TOKEN=hunter2; serve"],
    args: ["--password", "hunter2", "--token=hunter2", "--password", "--verbose"],
    startupProbe: { exec: { command: ["check", "--api-key=hunter2"] } },
    readinessProbe: { httpGet: { httpHeaders: [{ name: "Authorization", value: "hunter2" }] } },
    livenessProbe: { exec: { command: ["PASSWORD=hunter2"] } },
    lifecycle: {
      postStart: { exec: { command: ["--token=hunter2"] } },
      preStop: { httpGet: { httpHeaders: [{ name: "x-api-key", value: "hunter2" }] } },
    },
  });
  assert.deepEqual(found, [
    `${CONTAINER}.env[POSTGRES_PASSWORD].value ${NAMED}`,
    `${CONTAINER}.env[1].value holds a URL with a password in it`,
    `${CONTAINER}.command[2] ${ASSIGNED}`,
    `${CONTAINER}.args[1] ${NAMED}`,
    `${CONTAINER}.args[2] ${ASSIGNED}`,
    `${CONTAINER}.startupProbe.exec.command[1] ${ASSIGNED}`,
    `${CONTAINER}.readinessProbe.httpGet.httpHeaders[Authorization].value ${NAMED}`,
    `${CONTAINER}.livenessProbe.exec.command[0] ${ASSIGNED}`,
    `${CONTAINER}.lifecycle.postStart.exec.command[0] ${ASSIGNED}`,
    `${CONTAINER}.lifecycle.preStop.httpGet.httpHeaders[x-api-key].value ${NAMED}`,
  ]);
});

test("fails every container of every kind of workload", () => {
  const env = [{ name: "PASSWORD", value: "hunter2" }];
  for (const list of ["initContainers", "containers", "ephemeralContainers"]) {
    for (const [type, props, path] of everyWorkload(
      goodPodSpec({ containers: [goodContainer()], [list]: [goodContainer({ env })] }),
    )) {
      assert.deepEqual(judge(type, props), [`${path}.${list}[app].env[PASSWORD].value ${NAMED}`]);
    }
  }
});

test("fails ConfigMaps, also in Lists and as Patches", () => {
  const data = { "app.ini": "password = hunter2", TOKEN: "hunter2", "later.ini": UNKNOWN };
  const found = (path: string): string[] => [
    `${path}data["app.ini"] ${ASSIGNED}`,
    `${path}data["TOKEN"] ${NAMED}`,
  ];
  assert.deepEqual(judge("core/v1:ConfigMap", { data }), found(""));
  assert.deepEqual(judge("core/v1:ConfigMapPatch", { data }), found(""));
  assert.deepEqual(judge("core/v1:ConfigMapList", { items: [{ data }] }), found("items[0]."));
  assert.deepEqual(
    judge("core/v1:List", { items: [{ kind: "ConfigMap", data }] }),
    found("items[0]."),
  );
  assert.deepEqual(judge("core/v1:ConfigMap", { data: UNKNOWN }), []);
});

test("fails annotations of any object, and of the pods that it makes", () => {
  const metadata = { annotations: { "example.org/token": "hunter2", "example.org/note": "x" } };
  const path = `metadata.annotations["example.org/token"] ${NAMED}`;
  assert.deepEqual(judge("core/v1:Service", { metadata }), [path]);
  assert.deepEqual(judge("core/v1:Pod", { metadata, spec: goodPodSpec() }), [path]);
  assert.deepEqual(judge("apps/v1:Deployment", { spec: { template: { metadata } } }), [
    `spec.template.${path}`,
  ]);
});

test("passes names that the stack allows, and no others", () => {
  const data = { SORT_TOKEN: "by-date", OTHER_TOKEN: "by-date" };
  assert.deepEqual(judge("core/v1:ConfigMap", { data }, ["SORT_TOKEN"]), [
    `data["OTHER_TOKEN"] ${NAMED}`,
  ]);
});

test("leaves what is no Kubernetes resource alone", () => {
  const found = problems(
    noCredentialsInClear,
    "core/v1:ConfigMap",
    { data: { TOKEN: "hunter2" } },
    {},
    { type: "random:index:RandomPassword" },
  );
  assert.deepEqual(found, []);
});

test("never says what the value is", () => {
  const secret = fc.string({ minLength: 6, maxLength: 40 }).map((text) => `Zq${text}`);
  const carrier = fc.constantFrom(
    (value: string) => `--token=${value}`,
    (value: string) => `https://keeper:${value}@example.org`,
    (value: string) => `password: "${value}"`,
    (value: string) => `x ghp_${"a1b2".repeat(9)} ${value}`,
    (value: string) => value,
  );
  fc.assert(
    fc.property(secret, carrier, (value, carry) => {
      const text = carry(value);
      const findings = noCredentialsInClear.judge(
        {
          type: "kubernetes:core/v1:Pod",
          name: "subject",
          urn: "urn:pulumi:test::program::kubernetes:core/v1:Pod::subject",
          props: {
            metadata: { annotations: { PASSWORD: text } },
            spec: {
              containers: [
                { name: "app", env: [{ name: "PASSWORD", value: text }], args: [text, text] },
              ],
            },
          },
          options: { ignoreChanges: [] },
          provider: undefined,
        },
        {},
      );
      for (const finding of findings) {
        assert.ok(!Object.values(finding).join("\n").includes(value));
      }
    }),
  );
});

test("fails annotations of the Jobs that a CronJob makes", () => {
  const metadata = { annotations: { "example.org/token": "hunter2" } };
  const found = judge("batch/v1:CronJob", { spec: { jobTemplate: { metadata } } });
  assert.deepEqual(found, [`spec.jobTemplate.metadata.annotations["example.org/token"] ${NAMED}`]);
});

test("passes annotations that name a Secret or a path, or hold a sum", () => {
  const sum = "0f".repeat(32);
  const annotated = (annotations: object): string[] =>
    judge("core/v1:Service", { metadata: { annotations } });
  const harmless = {
    "nginx.ingress.kubernetes.io/auth-secret": "books/basic",
    "nginx.ingress.kubernetes.io/auth-tls-secret": "books/authority",
    "nginx.org/basic-auth-secret": "cafe-passwd",
    "nginx.org/jwt-key": "cafe-jwk",
    "haproxy.org/auth-secret": "users",
    "haproxy-ingress.github.io/auth-secret": "books/users",
    "vault.hashicorp.com/tls-secret": "vault-tls",
    "vault.hashicorp.com/agent-inject-secret-db-password": "secret/data/db",
    "checksum/secret": sum,
    "checksum/token": `sha256:${sum}`,
  };
  assert.deepEqual(annotated(harmless), []);
  const path = (name: string): string => `metadata.annotations["${name}"]`;
  assert.deepEqual(
    annotated({
      "checksum/password": "hunter2!",
      "example.org/auth-secret": "books/basic",
      "nginx.ingress.kubernetes.io/auth-secret": "books/basic hunter2",
      "vault.hashicorp.com/agent-inject-secret-token": "hunter2 secret/data/db",
      "vault.hashicorp.com/agent-inject-secret-password": "secret/data/db hunter2",
    }),
    [
      `${path("checksum/password")} ${NAMED}`,
      `${path("example.org/auth-secret")} ${NAMED}`,
      `${path("nginx.ingress.kubernetes.io/auth-secret")} ${NAMED}`,
      `${path("vault.hashicorp.com/agent-inject-secret-token")} ${NAMED}`,
      `${path("vault.hashicorp.com/agent-inject-secret-password")} ${NAMED}`,
    ],
  );
});

test("reads the binary data of a ConfigMap", () => {
  const encoded = (text: string): string => Buffer.from(text).toString("base64");
  const binaryData = {
    "app.ini": encoded("password = hunter2"),
    TOKEN: encoded("hunter2"),
    "logo.png": encoded("\u0089PNG"),
    later: UNKNOWN,
  };
  assert.deepEqual(judge("core/v1:ConfigMap", { binaryData }), [
    `binaryData["app.ini"] ${ASSIGNED}`,
    `binaryData["TOKEN"] ${NAMED}`,
  ]);
});
