import assert from "node:assert/strict";
import { createServer, type RequestListener } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import { ask, HttpError } from "../../checks/http.ts";
import { makeCertificate } from "../support/certificate.ts";

const signal = (): AbortSignal => AbortSignal.timeout(5000);

async function withServer(
  answer: RequestListener,
  use: (url: URL) => Promise<void>,
): Promise<void> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    await use(
      new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port.toString()}/a?b=c`),
    );
  } finally {
    server.close();
    server.closeAllConnections();
  }
}

const failsWith = (reason: RegExp) => (error: unknown) => {
  assert.ok(error instanceof HttpError);
  assert.match(error.message, reason);
  assert.doesNotMatch(error.message, /b=c/);
  return true;
};

test("an answer comes whole, whatever its status", () =>
  withServer(
    (_, response) => {
      response.setHeader("www-authenticate", ["Basic", "Bearer"]);
      response.writeHead(401).end("who?");
    },
    async (url) => {
      const { status, headers, body } = await ask(url, { signal: signal() });
      assert.deepEqual([status, body.toString()], [401, "who?"]);
      assert.equal(headers["www-authenticate"], "Basic, Bearer");
    },
  ));

test("a port where nothing listens", async () => {
  const asked = ask(new URL("http://127.0.0.1:1/"), { signal: signal() });
  await assert.rejects(asked, failsWith(/127\.0\.0\.1:1\/: nothing listens there/));
});

test("a body that is cut in the middle is no short body", () =>
  withServer(
    (_, response) => {
      response.writeHead(200, { "content-length": "10" });
      response.write("half", () => response.destroy());
    },
    (url) => assert.rejects(ask(url, { signal: signal() }), failsWith(/cut in the middle/)),
  ));

test("a body that does not end in time", () =>
  withServer(
    (_, response) => response.write("half"),
    (url) => assert.rejects(ask(url, { signal: AbortSignal.timeout(200) }), failsWith(/in time/)),
  ));

test("an answer that does not begin in time", () =>
  withServer(
    () => undefined,
    (url) => assert.rejects(ask(url, { signal: AbortSignal.timeout(200) }), failsWith(/in time/)),
  ));

test("a body that is larger than anything a check reads", () =>
  withServer(
    (_, response) => response.end(Buffer.alloc(17 * 1024 * 1024)),
    (url) => assert.rejects(ask(url, { signal: signal() }), failsWith(/too large/)),
  ));

test("a certificate of an authority that is not trusted, and one that is", async () => {
  const certificate = makeCertificate();
  const server = createTlsServer(certificate, (_, response) => response.end("hello"));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = new URL(`https://127.0.0.1:${(server.address() as AddressInfo).port.toString()}/`);
  try {
    const trusted = await ask(url, { signal: signal(), ca: certificate.cert });
    assert.equal(trusted.body.toString(), "hello");
    await assert.rejects(ask(url, { signal: signal() }), failsWith(/self-signed/));
  } finally {
    server.close();
    server.closeAllConnections();
  }
});
