import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import type { Executed } from "../../../checks/cluster/cluster.ts";
import { registrySecretCheck } from "../../../checks/post/registry-secret.ts";
import { schemaCurrentCheck } from "../../../checks/post/schema-current.ts";
import { servedVersionCheck } from "../../../checks/post/served-version.ts";
import { workersAnswerCheck } from "../../../checks/post/workers-answer.ts";
import { QUEUES } from "../../../model/queues.ts";
import {
  type Answers,
  EXPECTED,
  fakeCluster,
  healthy,
  type Objects,
  one,
  readingOf,
} from "../../support/cluster.ts";

const signal = (): AbortSignal => AbortSignal.timeout(5_000);
const without = (component: string): Objects => {
  const objects = healthy();
  objects.pods = objects.pods.filter(({ metadata }) => !metadata.name.startsWith(component));
  return objects;
};
const ended = (exitCode: number, stdout: string, stderr = ""): Executed => ({
  exitCode,
  stdout,
  stderr,
});

async function schema(executed: Executed | Error, objects = healthy()): Promise<string> {
  const check = schemaCurrentCheck({
    cluster: fakeCluster(objects, {
      execute: () => (executed instanceof Error ? Promise.reject(executed) : executed),
    }),
    reading: readingOf(objects),
    expected: EXPECTED,
  });
  const { verdict, summary, evidence = [] } = await check.run(signal());
  return [`${verdict}: ${summary}`, ...evidence].join("\n");
}

test("schema-current passes where nothing is planned", async () => {
  const plan = "Planned operations:\n  No planned migration operations.\n";
  assert.equal(await schema(ended(0, plan)), "pass: web-rs-1 finds no migration to apply.");
});

test("schema-current names what the database lacks", async () => {
  const plan =
    "Planned operations:\nbookwyrm.0219_datamigration_fix_isbn10\n    Raw Python operation\nbookwyrm.0220_auto\n    Raw Python operation\n";
  assert.equal(
    await schema(ended(1, plan)),
    "fail: the database lacks 2 migrations.\nbookwyrm.0219_datamigration_fix_isbn10\nbookwyrm.0220_auto",
  );
});

test("schema-current cannot tell where Django itself fails, and takes no silence for a pass", async () => {
  const away = ended(1, "", "Traceback\nOperationalError: connection refused\n");
  assert.equal(
    await schema(away),
    "unknown: migrate --check in web-rs-1 ended with 1: OperationalError: connection refused.",
  );
  assert.match(await schema(ended(0, "")), /^unknown/);
  assert.match(await schema(ended(0, "", "usage: manage.py")), /^unknown/);
  await assert.rejects(schema(new Error("not allowed: pods/exec")), /pods\/exec/);
});

test("schema-current fails without a web pod", async () => {
  assert.match(await schema(ended(0, ""), without("web")), /^fail: no web pod is ready/);
});

const NODE_INFO = JSON.stringify({ software: { name: "bookwyrm", version: "0.9.2" } });

async function version(
  ask: NonNullable<Answers["ask"]>,
  { objects = healthy(), publicUrl }: { objects?: Objects; publicUrl?: URL } = {},
): Promise<string> {
  const check = servedVersionCheck({
    cluster: fakeCluster(objects, { ask }),
    reading: readingOf(objects),
    expected: EXPECTED,
    ...(publicUrl && { publicUrl }),
  });
  const { verdict, summary } = await check.run(signal());
  return `${verdict}: ${summary}`;
}

test("served-version asks every pod and the Service, under the site's name", async () => {
  const asked: string[] = [];
  const verdict = await version(({ kind, name, port, path, host }) => {
    asked.push(`${kind}/${name}:${port}${path} ${host}`);
    return { body: Buffer.from(NODE_INFO) };
  });
  assert.equal(verdict, "pass: BookWyrm 0.9.2 answers from 2 pods, through the Service.");
  assert.deepEqual(asked.sort(), [
    "pods/web-rs-1:8000/nodeinfo/2.0 books.example.org",
    "pods/web-rs-2:8000/nodeinfo/2.0 books.example.org",
    "services/web:http/nodeinfo/2.0 books.example.org",
  ]);
});

const ANSWERS: readonly (readonly [what: string, status: number, body: string, found: string])[] = [
  ["another version", 200, NODE_INFO.replace("0.9.2", "0.8.1"), "fail: web-rs-1 serves 0.8.1"],
  ["an error", 500, "Server Error", "fail: web-rs-1 answers /nodeinfo/2.0 with 500"],
  ["a page without a version", 200, "<html>", "fail: web-rs-1 answers /nodeinfo/2.0 without a ver"],
  ["an empty object", 200, "null", "fail: web-rs-1 answers /nodeinfo/2.0 without a version"],
  ["a site without federation", 403, "Forbidden", "unknown: web-rs-1 answers 403"],
  [
    "an API server that forbids to ask",
    403,
    '{"kind":"Status","message":"cannot get pods/proxy"}',
    "unknown: web-rs-1 could not be asked through the API server: cannot get pods/proxy",
  ],
];

for (const [what, status, body, found] of ANSWERS) {
  test(`served-version: ${what} is no pass`, async () => {
    const verdict = await version(({ name }) =>
      name === "web-rs-1" ? { status, body: Buffer.from(body) } : { body: Buffer.from(NODE_INFO) },
    );
    assert.ok(verdict.startsWith(found), verdict);
  });
}

test("served-version cannot tell where nothing answers, and fails without a pod", async () => {
  const cut = (): Promise<never> => Promise.reject(new Error("the connection was cut"));
  assert.match(await version(cut), /^unknown: web-rs-1 did not answer: the connection was cut/);
  const good = (): { body: Buffer } => ({ body: Buffer.from(NODE_INFO) });
  assert.match(await version(good, { objects: without("web") }), /^fail: no web pod is ready/);
});

test("served-version sees an old page behind the public address", async () => {
  const server = createServer((_request, response) => {
    response.end(NODE_INFO.replace("0.9.2", "0.9.1"));
  }).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const publicUrl = new URL(
    `http://127.0.0.1:${(server.address() as AddressInfo).port.toString()}`,
  );
  const verdict = await version(() => ({ body: Buffer.from(NODE_INFO) }), { publicUrl });
  server.close();
  assert.equal(verdict, `fail: ${publicUrl.host} serves 0.9.1, pinned is 0.9.2.`);
});

const queuesOf = (names: readonly string[]): object[] => names.map((name) => ({ name }));

async function workers(executed: Executed, objects = healthy()): Promise<string> {
  const check = workersAnswerCheck({
    cluster: fakeCluster(objects, { execute: () => executed }),
    reading: readingOf(objects),
    expected: EXPECTED,
  });
  const { verdict, summary, evidence = [] } = await check.run(signal());
  return [`${verdict}: ${summary}`, ...evidence].join("\n");
}

const answer = (nodes: object): Executed => ended(0, `warning: chatter\n${JSON.stringify(nodes)}`);

test("workers-answer passes where every worker pod answers and every queue is served", async () => {
  assert.equal(
    await workers(answer({ "celery@worker-rs-1": queuesOf(QUEUES) })),
    "pass: 1 worker pod answered, and all 14 queues are served.",
  );
});

test("workers-answer names the silent pod and the queue that nobody serves", async () => {
  assert.equal(
    (await workers(answer({ "celery@elsewhere": queuesOf(QUEUES) }))).split("\n")[0],
    "fail: worker-rs-1 does not answer.",
  );
  assert.equal(
    await workers(answer({ "celery@worker-rs-1": queuesOf(QUEUES.filter((q) => q !== "inbox")) })),
    "fail: worker-rs-1 does not serve inbox (and 1 more).\nnobody serves the queue inbox: its tasks pile up",
  );
});

test("workers-answer fails where nobody answers, and cannot tell where celery fails", async () => {
  const nobody = ended(69, "", "Error: No nodes replied within time constraint\n");
  assert.match(await workers(nobody), /^fail: worker-rs-1 does not answer/);
  assert.equal(
    await workers(ended(1, "", "redis.exceptions.ConnectionError: refused\n")),
    "unknown: celery inspect in worker-rs-1 ended with 1: redis.exceptions.ConnectionError: refused.",
  );
  assert.match(await workers(ended(0, "")), /^unknown/);
  assert.match(await workers(ended(0, "{")), /^unknown/);
  assert.match(await workers(nobody, without("worker")), /^fail: no worker pod is ready/);
  const unready = healthy();
  one(unready.pods, "worker").status = { phase: "Pending" };
  assert.match(await workers(nobody, unready), /^fail: no worker pod is ready/);
});

const USER = EXPECTED.registryUsername;
const dockerConfig = (
  registry: string,
  username: string,
  auth = Buffer.from(`${username}:pass-word`).toString("base64"),
): string => JSON.stringify({ auths: { [registry]: { username, password: "pass-word", auth } } });

async function registrySecret(config: string | undefined, type?: string): Promise<string> {
  const cluster = fakeCluster(healthy(), {
    secretType: type ?? "kubernetes.io/dockerconfigjson",
    secrets: config === undefined ? {} : { [EXPECTED.pullSecret]: { ".dockerconfigjson": config } },
  });
  const outcome = await registrySecretCheck({ cluster, expected: EXPECTED }).run(signal());
  assert.ok(!JSON.stringify(outcome).includes("pass-word"));
  return `${outcome.verdict}: ${outcome.summary}`;
}

test("registry-secret passes the credentials that the stack gives", async () => {
  assert.equal(
    await registrySecret(dockerConfig("harbor.example.org", USER)),
    "pass: The Secret uostas-registry holds credentials for harbor.example.org.",
  );
});

test("registry-secret fails one that is missing, of another registry, or lost its $", async () => {
  const fails: readonly (readonly [config: string | undefined, found: RegExp, type?: string])[] = [
    [undefined, /is missing: nodes pull anonymously/],
    [dockerConfig("ghcr.io", USER), /no credentials for harbor\.example\.org; it has: ghcr\.io/],
    [
      dockerConfig("harbor.example.org", "robot+pull"),
      /logs in to .* as robot\+pull, the stack as/,
    ],
    [dockerConfig("harbor.example.org", USER, "eA=="), /auth for .* is not user:password/],
    ["{", /holds no docker configuration/],
    ["{}", /holds no docker configuration/],
    [dockerConfig("harbor.example.org", USER), /has the type Opaque/, "Opaque"],
  ];
  for (const [config, found, type] of fails) {
    const verdict = await registrySecret(config, type);
    assert.match(verdict, /^fail/);
    assert.match(verdict, found);
  }
});
