import assert from "node:assert/strict";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { createServer, type Socket } from "node:net";
import { test, type TestContext } from "node:test";
import { type Outcome, runChecks } from "../../../checks/check.ts";
import { commitPushedCheck } from "../../../checks/pre/commit-pushed.ts";
import { type Certificate, makeCertificate } from "../../support/certificate.ts";
import { outcome } from "../../support/commit-pushed.ts";
import { gitServer } from "../../support/git-server.ts";
import { GitSandbox } from "../../support/git.ts";

test("a server that refuses is unknown, and credentials in its address are not shown", async (context) => {
  const sandbox = new GitSandbox(context);
  const { clone } = await sandbox.pushed();
  const { port, close } = await tcpServer(context, () => undefined);
  close();
  const remote = `http://robot:s3cr%40et@127.0.0.1:${port.toString()}/server.git`;
  await sandbox.git(clone, "remote", "set-url", "origin", remote);
  for (const asked of [{}, { remote }]) {
    const result = await outcome(sandbox, clone, asked);
    assert.equal(result.verdict, "unknown");
    assert.match(result.summary, /^git ls-remote .* failed: .*127\.0\.0\.1/);
    assert.equal(
      result.remedy,
      "Check the address of the remote and the way to its server, and run it again.",
    );
    assert.doesNotMatch(JSON.stringify(result), /s3cr|robot/);
  }
});

test("a server that wants a log-in is unknown at once: nobody is asked for a password", async (context) => {
  const sandbox = new GitSandbox(context);
  const { clone } = await sandbox.pushed();
  const { port } = await tcpServer(context, (socket) => {
    socket.end(
      'HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic realm="git"\r\nContent-Length: 0\r\n\r\n',
    );
  });
  const { verdict, remedy } = await outcome(sandbox, clone, {
    remote: `http://127.0.0.1:${port.toString()}/server.git`,
  });
  assert.equal(verdict, "unknown");
  assert.equal(
    remedy,
    "Git has no credentials that the server takes and may not ask for any here. Set up a credential helper or an ssh agent.",
  );
});

test("over TLS, a certificate is trusted through git's configuration; any other is unknown", async (context) => {
  const sandbox = new GitSandbox(context);
  const { clone } = await sandbox.pushed();
  const trusted = makeCertificate();
  const expired = makeCertificate("IP:127.0.0.1", new Date("2025-11-16"));
  const elsewhere = makeCertificate("DNS:elsewhere.example.org");
  const authorities = sandbox.path("authorities.pem");
  writeFileSync(authorities, [trusted, expired, elsewhere].map(({ cert }) => cert).join("\n"));
  await sandbox.git(clone, "config", "http.sslCAInfo", authorities);
  const verdictWith = async (certificate: Certificate): Promise<Outcome> => {
    const { address } = await gitServer(context, sandbox.folder, certificate);
    return outcome(sandbox, clone, { remote: `${address}/server.git` });
  };
  assert.equal((await verdictWith(trusted)).verdict, "pass");
  for (const certificate of [expired, elsewhere, makeCertificate()]) {
    const { verdict, summary, remedy } = await verdictWith(certificate);
    assert.equal(verdict, "unknown", summary);
    assert.match(summary, /^git ls-remote .* failed: .*certificate/);
    assert.equal(
      remedy,
      "Git does not trust the certificate of the server. Renew it there; where the server has an authority of its own, name it: git config http.sslCAInfo <file>",
    );
  }
});

test("a server that hangs is unknown when the time is up, and git and its helper are ended", async (context) => {
  const sandbox = new GitSandbox(context);
  const { clone } = await sandbox.pushed();
  const { promise: closed, resolve } = Promise.withResolvers<boolean>();
  const { port } = await tcpServer(context, (socket) => {
    // A socket that nobody reads from does not tell that it was closed.
    socket.resume().on("close", () => {
      resolve(true);
    });
  });
  const began = performance.now();
  const { verdict } = await outcome(sandbox, clone, {
    remote: `http://127.0.0.1:${port.toString()}/server.git`,
    timeoutMs: 500,
  });
  assert.equal(verdict, "unknown");
  assert.ok(performance.now() - began < 2_000);
  assert.equal(await closed, true);
});

test("a server that is cut off in the middle, or sends a page for people, is unknown", async (context) => {
  const sandbox = new GitSandbox(context);
  const { clone } = await sandbox.pushed();
  const answers = [
    "HTTP/1.1 200 OK\r\nContent-Type: application/x-git-upload-pack-advertisement\r\nContent-Length: 900\r\n\r\n001e# service=git-up",
    "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 15\r\n\r\n<html>Log in!</",
    "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n",
  ];
  for (const answer of answers) {
    const { port } = await tcpServer(context, (socket) => {
      socket.once("data", () => socket.end(answer));
    });
    const remote = `http://127.0.0.1:${port.toString()}/server.git`;
    const { verdict, summary } = await outcome(sandbox, clone, { remote });
    assert.equal(verdict, "unknown", summary);
    assert.match(summary, /^(git ls-remote .* failed: |The remote .* lists no branch at all)/);
  }
});

test("git gets neither Pulumi's configuration nor a token, but what it needs", async (context) => {
  const sandbox = new GitSandbox(context);
  const { clone } = await sandbox.pushed();
  const seen = sandbox.path("seen");
  // Git runs this in place of ssh, with the environment that it was given.
  const environment = {
    GIT_SSH_COMMAND: `env > ${seen}; false`,
    PULUMI_CONFIG: '{"bookwyrm:secretKey":"s3cret"}',
    PULUMI_CONFIG_PASSPHRASE: "s3cret",
    GITHUB_TOKEN: "s3cret",
    GIT_DIR: "/elsewhere",
  };
  const check = commitPushedCheck({
    repository: sandbox.repository(clone, environment),
    remote: "ssh://git@forge.example.org/server.git",
    branch: "main",
  });
  const [result] = await runChecks([check], { timeoutMs: 10_000 });
  assert.equal(result?.verdict, "unknown");
  const variables = readFileSync(seen, "utf8");
  assert.match(variables, /^HOME=/m);
  assert.match(variables, /^GIT_TERMINAL_PROMPT=0$/m);
  assert.doesNotMatch(variables, /s3cret|PULUMI|GITHUB_TOKEN|elsewhere/);
});

async function tcpServer(
  context: TestContext,
  onConnection: (socket: Socket) => void,
): Promise<{ readonly port: number; readonly close: () => void }> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined);
    onConnection(socket);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  assert.ok(address !== null && typeof address === "object");
  context.after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { port: address.port, close: () => server.close() };
}
