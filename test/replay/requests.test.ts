import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { after, test, type TestContext } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { isServed, RequestLoop, type Target } from "../../replay/requests.ts";
import { Timeline } from "../../replay/timeline.ts";
import { silent } from "../support/progress.ts";

const ADDRESS = "127.0.0.1";
const DOMAIN = "bookwyrm.localhost";
const INTERVAL_MS = 100;

type Answer = (response: ServerResponse, request: IncomingMessage) => void;

const servers: Server[] = [];
after(() => {
  for (const server of servers) server.close().closeAllConnections();
});

async function site(answer: Answer): Promise<Target> {
  const server = createServer((request, response) => {
    answer(response, request);
  }).listen(0, ADDRESS);
  servers.push(server);
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return { address: ADDRESS, domain: DOMAIN, port };
}

/** Where nothing listens any more. */
async function closedSite(): Promise<Target> {
  const target = await site(() => undefined);
  await new Promise((resolve) => servers.at(-1)?.close(resolve));
  return target;
}

const status =
  (code: number): Answer =>
  (response) => {
    response.writeHead(code).end("answer");
  };

const ok = status(200);
const hang: Answer = () => undefined;
const hangInBody: Answer = (response) => {
  response.writeHead(200).write("half");
};
const cutInBody: Answer = (response) => {
  response.writeHead(200, { "content-length": "100" });
  response.write("half", () => response.destroy());
};

test("a request is served only where all of an answer with status 200 comes in time", async () => {
  const seen = await Promise.all(
    [
      site(ok),
      ...[status(500), status(404), status(301)].map(site),
      ...[hang, hangInBody, cutInBody].map(site),
      closedSite(),
    ].map(async (target) => isServed(await target)),
  );
  assert.deepEqual(seen, [true, false, false, false, false, false, false, false]);
});

/** A clock that stands still between the requests. */
class StillTimeline extends Timeline {
  at = 0;

  constructor() {
    super(silent);
  }

  override now(): number {
    return this.at;
  }
}

function loopOf({ mock }: TestContext): {
  readonly loop: RequestLoop;
  readonly send: (count: number) => Promise<void>;
} {
  mock.timers.enable({ apis: ["setInterval"] });
  const timeline = new StillTimeline();
  const loop = new RequestLoop(timeline);
  let sent = 0;
  return {
    loop,
    send: async (count) => {
      for (let i = 0; i < count; i += 1) {
        timeline.at = sent / 10;
        sent += 1;
        mock.timers.tick(INTERVAL_MS);
        await loop.settled();
      }
    },
  };
}

test("ten times a second a page that asks the database is requested by the site's name, on a new connection", async (context) => {
  const asked: unknown[] = [];
  const ports = new Set<number | undefined>();
  const target = await site((response, { url, method, headers, socket }) => {
    asked.push([method, url, headers.host]);
    ports.add(socket.remotePort);
    ok(response, response.req);
  });
  const { loop, send } = loopOf(context);
  loop.start(target);
  await send(10);
  await loop.stop();
  assert.deepEqual(asked, Array(10).fill(["GET", "/nodeinfo/2.0", DOMAIN]));
  assert.equal(ports.size, 10);
});

test("without service are the seconds in which requests were sent and none was answered", async (context) => {
  let answer: Answer = ok;
  const target = await site((response, request) => {
    answer(response, request);
  });
  const { loop, send } = loopOf(context);
  loop.start(target);
  await send(10);
  answer = status(500);
  await send(15);
  answer = ok;
  await send(5);
  await loop.stop();
  assert.deepEqual(loop.seconds(), [
    { second: 0, served: 10, failed: 0 },
    { second: 1, served: 0, failed: 10 },
    { second: 2, served: 5, failed: 5 },
  ]);
  assert.deepEqual(loop.between(0, 3), {
    requestsSent: 30,
    requestsFailed: 15,
    secondsWithoutService: 1,
  });
  assert.deepEqual(loop.between(0.8, 1.4), {
    requestsSent: 7,
    requestsFailed: 5,
    secondsWithoutService: 0.5,
  });
  assert.deepEqual(loop.between(5, 6), {
    requestsSent: 0,
    requestsFailed: 0,
    secondsWithoutService: 0,
  });
});

test("where it is stopped, nothing more is sent, and what was sent is waited for and counted", async (context) => {
  const open: ServerResponse[] = [];
  const target = await site((response) => open.push(response));
  const { loop } = loopOf(context);
  loop.start(target);
  context.mock.timers.tick(2 * INTERVAL_MS);
  let isStopped = false;
  const stopped = loop.stop().then(() => {
    isStopped = true;
  });
  while (open.length < 2) await sleep(5);
  context.mock.timers.tick(1000);
  await sleep(50);
  assert.equal(isStopped, false);
  for (const response of open) ok(response, response.req);
  await stopped;
  assert.deepEqual(loop.between(0, 1), {
    requestsSent: 2,
    requestsFailed: 0,
    secondsWithoutService: 0,
  });
});

test("where it is started again, only the new target is asked", async (context) => {
  const asked: string[] = [];
  const named = (name: string): Promise<Target> =>
    site((response, request) => {
      asked.push(name);
      ok(response, request);
    });
  const { loop, send } = loopOf(context);
  loop.start(await named("first"));
  await send(1);
  loop.start(await named("second"));
  await send(2);
  await loop.stop();
  assert.deepEqual(asked, ["first", "second", "second"]);
});
