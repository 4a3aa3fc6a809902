import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { parse } from "yaml";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { COMPONENTS } from "../../model/labels.ts";
import { QUEUES } from "../../model/queues.ts";
import {
  ask,
  askJson,
  eventually,
  get,
  NAMESPACE,
  output,
  PROJECT,
  podsOf,
  pulumi,
  servedVersion,
} from "../support/lab.ts";

const start = (): Promise<string> => output(["node", "commands/wyrm.ts", "start"]);
const stackConfig = (setting: string): Promise<string> =>
  output(["pulumi", "config", "get", setting, "--stack", "local"]);

const SECRETS = [
  "secretKey",
  "postgresPassword",
  "redisActivityPassword",
  "redisBrokerPassword",
  "emailPassword",
  "flowerBasicAuth",
  "registryPassword",
];

let printed = "";
before(async () => {
  printed = await start();
});

test("npm start shows every container with the digest that it really runs", () => {
  const rows = printed.split("\n").filter((line) => line.includes(" pass "));
  for (const component of COMPONENTS) {
    assert.ok(
      rows.some((row) => row.includes(` ${component} `)),
      `${component}\n${printed}`,
    );
  }
  assert.doesNotMatch(printed, / fail | unknown /);
});

test("the site answers through its Service, with the version of the pinned image", async () => {
  const image = (await stackConfig("image")).trim();
  const [, version] = /:release-(.+)-[0-9a-f]+@/.exec(image) ?? [];
  assert.equal(await servedVersion(), version);
  assert.equal((await ask("/robots.txt")).status, 200);
});

test("the site answers to its own name only", async () => {
  assert.equal((await ask("/robots.txt", { hostName: "evil.example.org" })).status, 400);
});

test("a new instance waits for its set-up", async () => {
  assert.match((await ask("/setup")).body, /Set up this instance/);
});

test("an upload is written by a pod with a read-only root, and Redis caches", async () => {
  assert.deepEqual(await askJson("/sample/upload"), { cached: "uploaded" });
});

test("a task that the site sends is executed by the worker of its queue", async () => {
  const stack = parse(readFileSync(join(PROJECT, "Pulumi.local.yaml"), "utf8")) as {
    readonly config: {
      readonly "bookwyrm:workers": readonly { name: string; queues: readonly string[] }[];
    };
  };
  const workerOf = (queue: string): string | undefined =>
    stack.config["bookwyrm:workers"].find(({ queues }) => queues.includes(queue))?.name;
  const token = randomBytes(6).toString("hex");
  for (const queue of QUEUES) {
    assert.equal((await ask(`/sample/tasks/${queue}/${token}`)).status, 202);
  }
  const executions = await eventually("every task is executed", 30, async () => {
    const found = await askJson<{ readonly executions: readonly Execution[] }>(
      `/sample/executions/${token}`,
    );
    return found.executions.length >= QUEUES.length ? found.executions : undefined;
  });
  assert.deepEqual(executions.map(({ queue }) => queue).sort(), [...QUEUES].sort());
  for (const { queue, worker } of executions) {
    assert.ok(worker.includes(`@${workerOf(queue) ?? ""}-`), `${queue} went to ${worker}`);
  }
});

interface Execution {
  readonly queue: string;
  readonly worker: string;
}

test("beat sends each task once per tick", async () => {
  const ticks = async (): Promise<readonly number[]> =>
    (await askJson<{ readonly ticks: readonly number[] }>("/sample/ticks")).ticks;
  const earlier = await ticks();
  await sleep(13_000);
  const later = (await ticks()).slice(earlier.length);
  assert.ok(later.length >= 2, `${later.length.toString()} ticks in 13 s`);
  for (const [index, tick] of later.slice(1).entries()) {
    const gap = tick - (later[index] ?? 0);
    assert.ok(gap > 3, `two ticks within ${gap.toFixed(1)} s`);
  }
  assert.equal((await podsOf("beat")).length, 1);
});

test("flower asks for its password", async () => {
  const service = await get<{ readonly spec: { readonly clusterIP: string } }>(
    "service/flower",
    `-n=${NAMESPACE}`,
  );
  const flower = { address: service.spec.clusterIP, port: 8888 };
  assert.equal((await ask("/flower/", flower)).status, 401);
  assert.equal((await ask("/flower/", { ...flower, auth: "keeper:wrong" })).status, 401);
  const auth = (await stackConfig("flowerBasicAuth")).trim();
  assert.equal((await ask("/flower/", { ...flower, auth })).status, 200);
});

test("the robot's $ survives on its way to the pull secret", async () => {
  const secret = await get<{ readonly data: Readonly<Record<string, string>> }>(
    "secret/uostas-registry",
    `-n=${NAMESPACE}`,
  );
  const config = Buffer.from(secret.data[".dockerconfigjson"] ?? "", "base64").toString();
  const { auths } = JSON.parse(config) as {
    readonly auths: Readonly<Record<string, { readonly username: string }>>;
  };
  assert.deepEqual(
    Object.values(auths).map(({ username }) => username),
    ["robot$uostas+pull"],
  );
});

test("no secret stands in the state, or in what was printed", async () => {
  const state = await output(["pulumi", "stack", "export", "--stack", "local"]);
  for (const setting of SECRETS) {
    const value = (await stackConfig(setting)).trim();
    assert.ok(value.length >= 16, setting);
    assert.ok(!state.includes(value), `${setting} stands in the state`);
    assert.ok(!printed.includes(value), `${setting} was printed`);
    const encoded = Buffer.from(value).toString("base64").slice(0, -4);
    assert.ok(!state.includes(encoded), `${setting} stands in the state, encoded`);
  }
});

test("a second preview has nothing to change, and a second start changes nothing", async () => {
  const again = await pulumi([
    "preview",
    "--stack=local",
    "--policy-pack=policy",
    "--expect-no-changes",
  ]);
  assert.equal(again.exitCode, 0, again.output);
  const uids = async (): Promise<readonly string[]> => {
    const pods = await get<{ readonly items: readonly { metadata: { uid: string } }[] }>(
      "pods",
      `-n=${NAMESPACE}`,
    );
    return pods.items.map(({ metadata }) => metadata.uid).sort();
  };
  const earlier = await uids();
  await start();
  assert.deepEqual(await uids(), earlier);
});
