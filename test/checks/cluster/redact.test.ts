import assert from "node:assert/strict";
import { test } from "node:test";
import type { Pod } from "../../../checks/cluster/objects.ts";
import { redactor, redactorFor, secretsOf } from "../../../checks/cluster/redact.ts";
import { fakeCluster, healthy } from "../../support/cluster.ts";

const POD: Pod = {
  metadata: { name: "web", uid: "web" },
  spec: {
    initContainers: [
      { name: "init", image: "i", env: [{ valueFrom: { secretKeyRef: { name: "by-key" } } }] },
    ],
    containers: [
      { name: "web", image: "i", envFrom: [{ secretRef: { name: "environment" } }, {}] },
    ],
    imagePullSecrets: [{ name: "pull" }],
    volumes: [
      { secret: { secretName: "mounted" } },
      { projected: { sources: [{ secret: { name: "projected" } }, {}] } },
      {},
    ],
  },
};

test("every way in which a pod refers to a Secret is known", () => {
  assert.deepEqual(secretsOf(POD), ["by-key", "environment", "mounted", "projected", "pull"]);
});

test("values are hidden in the forms that logs print them in", async () => {
  const values = {
    "by-key": { key: 'quo"ted\\value' },
    environment: { AUTH: "keeper:flower-password", URL_PASSWORD: "p@ss/word" },
    mounted: { file: "first-line-of-it\nsecond-line-of-it\n" },
    pull: {
      ".dockerconfigjson": JSON.stringify({
        auths: { "r.example": { username: "robot", password: "robot-password", auth: "cm9ib3Q6" } },
      }),
    },
  };
  const cluster = fakeCluster(healthy(), { secrets: values });
  const redact = await redactorFor(POD, cluster, AbortSignal.timeout(5_000));
  const leaks = [
    "keeper:flower-password",
    "as flower-password",
    "p@ss/word",
    "postgres://u:p%40ss%2Fword@host",
    "in a query p%40ss%2Fword",
    Buffer.from("p@ss/word").toString("base64"),
    JSON.stringify('quo"ted\\value'),
    "second-line-of-it",
    "robot-password",
    "cm9ib3Q6",
  ];
  const shown = leaks.map(redact);
  for (const [index, text] of shown.entries()) {
    assert.match(text, /\[redacted\]/, leaks[index]);
    assert.doesNotMatch(
      text,
      /flower-password|ss.*word|quo|second|robot-password|cm9ib3Q6/,
      leaks[index],
    );
  }
});

test("of two values that begin alike, no end is left over", () => {
  assert.equal(redactor(["begin", "begin-and-end"])("begin-and-end"), "[redacted]");
});

test("values are hidden as Python quotes them for a URL", () => {
  const redact = redactor(["p@ss/it's(1)!*word"]);
  for (const quoted of ["p%40ss/it%27s%281%29%21%2Aword", "p%40ss%2Fit%27s%281%29%21%2Aword"]) {
    assert.equal(redact(`redis://:${quoted}`), "redis://:[redacted]", quoted);
  }
});

test("what looks like a secret is hidden, wherever it comes from", () => {
  const redact = redactor([]);
  const rows: readonly (readonly [text: string, shown: string])[] = [
    ["Authorization: Bearer abcdef123456", "Authorization: Bearer [redacted]"],
    ["redis://:hunter22@redis:6379/0", "redis://:[redacted]@redis:6379/0"],
    ["redis://:hun/ter@22@redis:6379/0 away", "redis://:[redacted]@redis:6379/0 away"],
    ['"http://u:a/b@c" "d@e"', '"http://u:[redacted]@c" "d@e"'],
    ["http://10.0.0.1:8000/ by a@b", "http://10.0.0.1:8000/ by a@b"],
    ["password=hunter22&x=1", "password=[redacted]&x=1"],
    ['{"api_key": "hunter22"}', '{"api_key": "[redacted]"}'],
    ["ghp_0123456789abcdef is mine", "[redacted] is mine"],
    ["AKIAIOSFODNN7EXAMPLE", "[redacted]"],
    ["eyJhbGciOi.eyJzdWIiOi.SflKxw", "[redacted]"],
    ["-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----\nafter", "[redacted]\nafter"],
    ["-----BEGIN RSA PRIVATE KEY-----\nMIIE, cut", "[redacted]"],
  ];
  for (const [text, shown] of rows) assert.equal(redact(text), shown);
});

test("a traceback stays readable", () => {
  const text = "ModuleNotFoundError: No module named 'bookwyrm' (sha256:0a224269, 10.0.0.1:8000)";
  assert.equal(redactor(["", "abc"])(text), text);
});
