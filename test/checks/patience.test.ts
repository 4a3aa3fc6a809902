import assert from "node:assert/strict";
import { createServer, type ServerResponse } from "node:http";
import { test, type TestContext } from "node:test";
import type { HttpRequest, HttpResponse } from "../../checks/http.ts";
import { askPatiently } from "../../checks/patience.ts";
import { listen } from "../support/loopback.ts";

interface Asked {
  readonly response: HttpResponse;
  readonly requests: number;
  readonly milliseconds: number;
}

/** Gives the answers one after the other, the last one for ever. */
async function asked(
  context: TestContext,
  answers: readonly ((response: ServerResponse) => unknown)[],
  request: Partial<HttpRequest> = {},
): Promise<Asked> {
  let requests = 0;
  const server = createServer((_, response) => {
    answers[Math.min(requests, answers.length - 1)]?.(response);
    requests += 1;
  });
  const host = await listen(server, context);
  const began = performance.now();
  const response = await askPatiently(new URL(`http://${host}/`), {
    signal: AbortSignal.timeout(20_000),
    ...request,
  });
  return { response, requests, milliseconds: performance.now() - began };
}

const busy =
  (retryAfter?: string, status = 503) =>
  (response: ServerResponse): unknown =>
    response.writeHead(status, retryAfter === undefined ? {} : { "retry-after": retryAfter }).end();
const well = (response: ServerResponse): unknown => response.end("well");

const inSeconds = (seconds: number): string => new Date(Date.now() + seconds * 1000).toUTCString();

/** A date has no milliseconds: one in two seconds is more than one away. */
const WAITS: readonly (readonly [retryAfter: () => string | undefined, atLeast: number])[] = [
  [() => undefined, 90],
  [() => "1", 990],
  [() => inSeconds(2), 900],
  [() => inSeconds(-3600), 0],
  [() => "0", 0],
  [() => "soon", 90],
];

for (const [retryAfter, atLeast] of WAITS) {
  test(`a server that is busy for ${retryAfter() ?? "a while"} is asked again after that`, async (context) => {
    for (const status of [429, 503]) {
      const found = await asked(context, [busy(retryAfter(), status), well]);
      assert.equal(found.response.body.toString(), "well");
      assert.equal(found.requests, 2);
      assert.ok(found.milliseconds >= atLeast, found.milliseconds.toString());
    }
  });
}

const FAR = ["3", "86400", "9".repeat(400), "Fri, 31 Dec 9999 23:59:59 GMT", inSeconds(60)];

for (const retryAfter of FAR) {
  test(`a pause until ${retryAfter.slice(0, 40)} is not waited for`, async (context) => {
    const { response, requests, milliseconds } = await asked(context, [busy(retryAfter), well]);
    assert.deepEqual([response.status, requests], [503, 1]);
    assert.ok(milliseconds < 2_000, milliseconds.toString());
  });
}

test("a server that stays busy is asked three times", async (context) => {
  const { response, requests } = await asked(context, [busy()]);
  assert.deepEqual([response.status, requests], [503, 3]);
});

test("a connection that is cut is opened again", async (context) => {
  const cut = (response: ServerResponse): unknown => response.socket?.destroy();
  const { response, requests } = await asked(context, [cut, cut, well]);
  assert.deepEqual([response.status, requests], [200, 3]);
});

test("what changes something is sent once", async (context) => {
  for (const method of ["POST", "PUT", "DELETE"] as const) {
    const { response, requests } = await asked(context, [busy("0"), well], { method });
    assert.deepEqual([response.status, requests], [503, 1], method);
  }
});

test("an answer of another status is not asked for again", async (context) => {
  const failing = (response: ServerResponse): unknown => response.writeHead(500).end();
  const { response, requests } = await asked(context, [failing, well]);
  assert.deepEqual([response.status, requests], [500, 1]);
});

test("a pause ends with the time of the check, which gets the last answer", async (context) => {
  const signal = AbortSignal.timeout(500);
  const { response, milliseconds } = await asked(context, [busy("2"), well], { signal });
  assert.equal(response.status, 503);
  assert.ok(milliseconds < 1_900, milliseconds.toString());
});
