import assert from "node:assert/strict";
import { test } from "node:test";
import { QUEUES } from "../../model/queues.ts";
import { parseSettings } from "../../model/settings.ts";
import { DIGEST, MINIMAL } from "../support/settings.ts";

/** The mistakes as `setting problem`, in the order in which they are reported. */
function mistakes(raw: Record<string, unknown>): string[] {
  const parsed = parseSettings(raw);
  if (!("problems" in parsed)) return [];
  return parsed.problems.map(({ setting, problem }) => `${setting} ${problem}`);
}

test("the least that a stack can say is enough", () => {
  assert.deepEqual(mistakes(MINIMAL), []);
});

test("everything that is missing is reported at once", () => {
  assert.deepEqual(mistakes({ email: {}, database: {}, redis: {} }), [
    "context is not set",
    "domain is not set",
    "image is not set",
    "registryUsername is not set",
    "email.host is not set",
    "email.user is not set",
    "database needs either image (run it in the cluster) or host (it runs elsewhere)",
    "redis needs either image (run both in the cluster) or activity and broker (they run elsewhere)",
    "workers is not set",
  ]);
});

test("an empty text counts as not set, as Pulumi.yaml writes it", () => {
  assert.deepEqual(mistakes({ ...MINIMAL, context: "" }), ["context is not set"]);
});

const form = "<registry>/<repository>:release-<version>-<git commit>@sha256:<64 hex digits>";
const IMAGES: readonly [string, string][] = [
  ["bookwyrm:latest", `image has no digest, so its bytes can change; the form is ${form}`],
  [
    `h.example/b@${DIGEST}`,
    `image has no tag, so nobody can read which release it is; the form is ${form}`,
  ],
  [
    "h.example/b:release-1.0-a1b2c3d@sha256:a1",
    `image has a digest that is not sha256: and 64 lower-case hex digits; the form is ${form}`,
  ],
];
for (const [image, expected] of IMAGES) {
  test(`the image ${image.slice(0, 30)} is refused with the form to write`, () => {
    assert.deepEqual(mistakes({ ...MINIMAL, image }), [expected]);
  });
}

test("a queue that BookWyrm does not have is refused", () => {
  const workers = [{ name: "worker", queues: [...QUEUES, "inboxx"] }];
  assert.deepEqual(mistakes({ ...MINIMAL, workers }), [
    `workers[0].queues[14] is not a queue of BookWyrm (${QUEUES.join(", ")})`,
  ]);
});

test("a queue that no worker serves is refused", () => {
  const workers = [
    { name: "fast", queues: QUEUES.filter((name) => name !== "imports" && name !== "misc") },
  ];
  assert.deepEqual(mistakes({ ...MINIMAL, workers }), [
    "workers serves no worker for imports, misc: their tasks would pile up",
  ]);
});

test("two workers share no name with each other or with another workload", () => {
  const queues = [...QUEUES];
  const workers = ["a", "a", "web"].map((name) => ({ name, queues }));
  assert.deepEqual(mistakes({ ...MINIMAL, workers }), [
    "workers has two workers named a",
    "workers has a worker with another workload's name: web",
  ]);
});

test("wrong types, wrong numbers and unknown keys are told apart", () => {
  const web = { replicas: "two", workers: 0, threads: 1.5, thread: 4 };
  assert.deepEqual(mistakes({ ...MINIMAL, web, media: "20Gi", imagePullPolicy: "Never" }), [
    'imagePullPolicy is not "Always" or "IfNotPresent"',
    "media is not an object",
    "web.replicas is not a number",
    "web.workers is below 1",
    "web.threads is not a whole number",
    "web.thread is not a setting; known here: replicas, workers, threads, resources",
  ]);
});

test("a store runs in the cluster or elsewhere, never both", () => {
  const image = `harbor.example.org/uostas/postgres:17@${DIGEST}`;
  assert.deepEqual(mistakes({ ...MINIMAL, database: { image, host: "db.example" } }), [
    "database needs either image (run it in the cluster) or host (it runs elsewhere)",
  ]);
});

test("the database's certificate is verified with the authority that signed it, or not at all", () => {
  const ca = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n";
  const key = "-----BEGIN PRIVATE KEY-----\nMIIB\n-----END PRIVATE KEY-----\n";
  const database = (changes: Record<string, unknown>): string[] =>
    mistakes({ ...MINIMAL, database: { host: "db.example", ...changes } });
  assert.deepEqual(database({ sslMode: "verify-full", ca }), []);
  assert.deepEqual(database({ sslMode: "verify-ca", ca: ca + ca }), []);
  assert.deepEqual(database({ sslMode: "verify-full" }), [
    "database needs ca for sslMode verify-full: the certificate of the authority that signed the server's, as PEM text",
  ]);
  assert.deepEqual(database({ sslMode: "require", ca }), [
    "database has a ca that sslMode require does not look at: write sslMode: verify-full, or leave ca out",
  ]);
  assert.deepEqual(database({ ca }), [
    "database has a ca that sslMode prefer (the default) does not look at: write sslMode: verify-full, or leave ca out",
  ]);
  for (const text of ["ca.pem", key, ca + key]) {
    assert.deepEqual(database({ sslMode: "verify-full", ca: text }), [
      "database.ca is not the PEM text of certificates alone",
    ]);
  }
});

test("sizes are quantities as Kubernetes writes them, and more than nothing", () => {
  const web = (cpu: unknown, memory: unknown): string[] =>
    mistakes({ ...MINIMAL, web: { resources: { requests: { cpu, memory } } } });
  for (const cpu of ["1.5", "100m", "1e0", 1, 0.25, "2"]) assert.deepEqual(web(cpu, "384Mi"), []);
  for (const memory of ["0.5Gi", "100M", "1e8", "536870912"]) assert.deepEqual(web(1, memory), []);
  assert.deepEqual(web("0.000", "0Gi"), [
    "web.resources.requests.cpu is zero",
    "web.resources.requests.memory is zero",
  ]);
  assert.deepEqual(web(-1, "10GB"), [
    "web.resources.requests.cpu is not a Kubernetes CPU quantity such as 250m or 1.5",
    "web.resources.requests.memory is not a Kubernetes quantity such as 512Mi or 1.5Gi",
  ]);
  assert.deepEqual(web(true, 512), [
    "web.resources.requests.cpu is not text",
    "web.resources.requests.memory is not text",
  ]);
  const media = { storage: "1.5Ti" };
  assert.deepEqual(mistakes({ ...MINIMAL, media }), []);
});

test("a memory limit is no less than what is requested, be it the default", () => {
  const resources = (changes: unknown): string[] =>
    mistakes({ ...MINIMAL, web: { resources: changes } });
  assert.deepEqual(resources({ limits: { memory: "256Mi" } }), [
    "web.resources has limits.memory 256Mi below requests.memory 384Mi (the default): raise the one or lower the other",
  ]);
  assert.deepEqual(resources({ requests: { memory: "2G" } }), [
    "web.resources has limits.memory 1Gi (the default) below requests.memory 2G: raise the one or lower the other",
  ]);
  assert.deepEqual(resources({ requests: { memory: "1Gi" }, limits: { memory: "1024Mi" } }), []);
});

test("a store's image comes from the registry that the pull secret opens", () => {
  const database = { image: `docker.io/library/postgres:17@${DIGEST}` };
  const redis = { image: `harbor.example.org/mirror/redis:8@${DIGEST}` };
  assert.deepEqual(mistakes({ ...MINIMAL, database, redis, context: "" }), [
    "context is not set",
    "database.image comes from docker.io, and the pull secret opens harbor.example.org only, where image comes from: mirror it there, and write that reference",
  ]);
  assert.deepEqual(
    mistakes({ ...MINIMAL, database: { image: "postgres" }, redis: "no object" }).length,
    2,
  );
});

test("a registry to admit images from is named with its project", () => {
  const admission = { enabled: "yes", alsoFrom: ["ghcr.io", "ghcr.io/valkey-io", "redis:7"] };
  assert.deepEqual(mistakes({ ...MINIMAL, admission }), [
    "admission.enabled is not true or false",
    "admission.alsoFrom[0] is not <host>[:port]/<project>",
    "admission.alsoFrom[2] is not <host>[:port]/<project>",
  ]);
});

test("a time that Pulumi has read as one is the time that stands in the file", () => {
  const expires = (text: string): string | undefined => {
    const breakGlass = { guard: "g", reason: "r", ticket: "t", expires: text };
    const parsed = parseSettings({ ...MINIMAL, breakGlass });
    return "settings" in parsed ? parsed.settings.breakGlass?.expires : undefined;
  };
  assert.equal(expires("2025-11-17 12:00:00 +0000 UTC"), "2025-11-17T12:00:00Z");
  assert.equal(expires("2025-11-17 12:00:00.5 +0200 +0200"), "2025-11-17T12:00:00.5+02:00");
  assert.equal(expires("2025-11-17T12:00:00Z"), "2025-11-17T12:00:00Z");
  assert.equal(expires("tomorrow"), "tomorrow");
});
