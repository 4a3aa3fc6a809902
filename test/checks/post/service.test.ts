import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import type { Cluster, Executed } from "../../../checks/cluster/cluster.ts";
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

interface Site {
  /** What a pod prints: the status and the page. */
  readonly pod?: (pod: string) => Executed | Promise<Executed>;
  readonly service?: NonNullable<Answers["ask"]>;
  readonly objects?: Objects;
  readonly publicUrl?: URL;
}

const page = (status: number, body: string): Executed => ended(0, `${status.toString()} ${body}\n`);

async function version({
  pod = () => page(200, NODE_INFO),
  service = () => ({ body: Buffer.from(NODE_INFO) }),
  objects = healthy(),
  publicUrl,
}: Site): Promise<string> {
  const cluster: Cluster = {
    ...fakeCluster(objects, { ask: service }),
    execute: async (container) => pod(container.pod),
  };
  const check = servedVersionCheck({
    cluster,
    reading: readingOf(objects),
    expected: EXPECTED,
    ...(publicUrl && { publicUrl }),
  });
  const { verdict, summary } = await check.run(signal());
  return `${verdict}: ${summary}`;
}

test("served-version asks every pod and the Service, under the site's name", async () => {
  const asked: string[] = [];
  const objects = healthy();
  const cluster = fakeCluster(objects, {
    ask: ({ service, port, path, host }) => {
      asked.push(`${service}:${port}${path} ${host}`);
      return { body: Buffer.from(NODE_INFO) };
    },
    execute: (command) => {
      asked.push(command.slice(3).join(" "));
      return page(200, NODE_INFO);
    },
  });
  const args = { cluster, reading: readingOf(objects), expected: EXPECTED };
  const { verdict, summary } = await servedVersionCheck(args).run(signal());
  assert.equal(verdict, "pass");
  assert.equal(summary, "BookWyrm 0.9.2 answers from 2 pods, through the Service.");
  assert.deepEqual(asked.sort(), [
    "books.example.org 8000 /nodeinfo/2.0",
    "books.example.org 8000 /nodeinfo/2.0",
    "web:http/nodeinfo/2.0 books.example.org",
  ]);
});

const ANSWERS: readonly (readonly [what: string, answer: Executed, found: string])[] = [
  [
    "another version",
    page(200, NODE_INFO.replace("0.9.2", "0.8.1")),
    "fail: web-rs-1 serves 0.8.1, pinned is 0.9.2.",
  ],
  ["an error", page(500, "Server Error"), "fail: web-rs-1 answers /nodeinfo/2.0 with 500."],
  [
    "a page without a version",
    page(200, "<html>"),
    "fail: web-rs-1 answers /nodeinfo/2.0 without a version.",
  ],
  ["nothing", page(200, "null"), "fail: web-rs-1 answers /nodeinfo/2.0 without a version."],
  [
    "a site without federation",
    page(403, "Forbidden"),
    "unknown: web-rs-1 answers 403: BookWyrm hides its version while federation is off.",
  ],
  [
    "a server that does not listen",
    ended(1, "", "Traceback\nConnectionRefusedError: refused\n"),
    "unknown: web-rs-1 did not answer: ConnectionRefusedError: refused.",
  ],
];

for (const [what, answer, found] of ANSWERS) {
  test(`served-version: ${what} in one pod is no pass`, async () => {
    const pod = (name: string): Executed => (name === "web-rs-1" ? answer : page(200, NODE_INFO));
    assert.equal(await version({ pod }), found);
  });
}

test("served-version does not take the API server's own words for the site's", async () => {
  const status = { kind: "Status", message: "no endpoints available for service" };
  const service = () => ({ status: 503, body: Buffer.from(JSON.stringify(status)) });
  assert.equal(
    await version({ service }),
    "unknown: service web did not answer: the API server says: no endpoints available for service.",
  );
});

test("served-version cannot tell where nothing answers, and fails without a pod", async () => {
  const service = (): Promise<never> => Promise.reject(new Error("the connection was cut"));
  assert.equal(
    await version({ service }),
    "unknown: service web did not answer: the connection was cut.",
  );
  assert.match(await version({ objects: without("web") }), /^fail: no web pod is ready/);
});

async function behindIngress(body: string, site: Site): Promise<[verdict: string, host: string]> {
  const server = createServer((_request, response) => {
    response.end(body);
  }).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as AddressInfo;
  const publicUrl = new URL(`http://127.0.0.1:${port.toString()}`);
  const verdict = await version({ ...site, publicUrl });
  server.close();
  return [verdict, publicUrl.host];
}

test("served-version sees an old page behind the public address", async () => {
  const [verdict, host] = await behindIngress(NODE_INFO.replace("0.9.2", "0.9.1"), {});
  assert.equal(verdict, `fail: ${host} serves 0.9.1, pinned is 0.9.2.`);
});

test("a Service that only the API server cannot reach is no matter where the ingress answers", async () => {
  const service = (): Promise<never> => Promise.reject(new Error("timed out"));
  const [verdict, host] = await behindIngress(NODE_INFO, { service });
  assert.equal(verdict, `pass: BookWyrm 0.9.2 answers from 2 pods and at ${host}.`);
  const old = () => ({ body: Buffer.from(NODE_INFO.replace("0.9.2", "0.9.1")) });
  assert.match((await behindIngress(NODE_INFO, { service: old }))[0], /^fail: service web serves/);
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
