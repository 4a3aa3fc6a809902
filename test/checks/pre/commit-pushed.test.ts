import assert from "node:assert/strict";
import { once } from "node:events";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type Socket } from "node:net";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { type Outcome, runChecks } from "../../../checks/check.ts";
import type { Forge } from "../../../checks/forge/forge.ts";
import { type CommitPushedArgs, commitPushedCheck } from "../../../checks/pre/commit-pushed.ts";
import { type Certificate, makeCertificate } from "../../support/certificate.ts";
import { gitServer } from "../../support/git-server.ts";
import { GitSandbox } from "../../support/git.ts";

interface Asked extends Partial<Omit<CommitPushedArgs, "repository">> {
  readonly timeoutMs?: number;
}

async function outcome(sandbox: GitSandbox, folder: string, asked: Asked = {}): Promise<Outcome> {
  const { timeoutMs = 10_000, ...others } = asked;
  const args = { remote: "origin", branch: "main", ...others };
  const check = commitPushedCheck({ repository: sandbox.repository(folder), ...args });
  const [result] = await runChecks([check], { timeoutMs });
  assert.ok(result);
  const { id, milliseconds, ...rest } = result;
  assert.equal(id, "commit-pushed");
  return rest;
}

/** All refs and FETCH_HEAD: what a check must leave as it was. */
async function refsOf(sandbox: GitSandbox, clone: string): Promise<string> {
  const refs = await sandbox.git(clone, "for-each-ref");
  const hasFetchHead = readdirSync(join(clone, ".git")).includes("FETCH_HEAD");
  return `${refs}\nFETCH_HEAD: ${hasFetchHead.toString()}`;
}

test("the tip of the server's branch passes", async (context) => {
  const sandbox = new GitSandbox(context);
  const { server, clone, sha } = await sandbox.pushed();
  assert.deepEqual(await outcome(sandbox, clone), {
    verdict: "pass",
    summary: "HEAD is the tip of main on the server.",
    evidence: [`HEAD ${sha} (main)`, `main of file://${server} is at ${sha}`],
  });
});

test("an older commit of the branch passes, over HTTP too, and no ref of the clone moves", async (context) => {
  const sandbox = new GitSandbox(context);
  const { server, sha } = await sandbox.pushed();
  const { address, requests } = await gitServer(context, sandbox.folder);
  const clone = await sandbox.clone(`${address}/server.git`, "http-clone");
  const colleague = await sandbox.clone(`file://${server}`, "colleague");
  const newer = await sandbox.commit(colleague, "newer.ts");
  await sandbox.git(colleague, "push", "--quiet", "origin", "main");
  const before = await refsOf(sandbox, clone);
  const asked = requests.length;
  assert.deepEqual(await outcome(sandbox, clone), {
    verdict: "pass",
    summary: "HEAD is in the history of main on the server.",
    evidence: [`HEAD ${sha} (main)`, `main of ${address}/server.git is at ${newer}`],
  });
  assert.equal(await refsOf(sandbox, clone), before);
  assert.ok(requests.length > asked);
});

test("a commit that was not pushed fails: the outage's second failure", async (context) => {
  const sandbox = new GitSandbox(context);
  const { server, clone, sha } = await sandbox.pushed();
  const fix = await sandbox.commit(clone, "Dockerfile");
  assert.deepEqual(await outcome(sandbox, clone), {
    verdict: "fail",
    summary:
      "HEAD is not on main of origin: 1 commit of it is not there, so CI and your colleagues have other code.",
    evidence: [`HEAD ${fix} (main)`, `main of file://${server} is at ${sha}`],
    remedy:
      "Push or merge it into main, then deploy from there. git status may call it up to date: it only knows the last fetch.",
  });
});

test("a commit that was force-pushed away fails, although origin/main still has it", async (context) => {
  const sandbox = new GitSandbox(context);
  const { server, clone } = await sandbox.pushed();
  await sandbox.commit(clone, "second.ts");
  await sandbox.git(clone, "push", "--quiet", "origin", "main");
  const colleague = await sandbox.clone(`file://${server}`, "colleague");
  await sandbox.git(colleague, "reset", "--quiet", "--hard", "HEAD~1");
  await sandbox.commit(colleague, "other.ts");
  await sandbox.git(colleague, "push", "--quiet", "--force", "origin", "main");
  assert.match(await sandbox.git(clone, "branch", "-r", "--contains", "HEAD"), /origin\/main/);
  const before = await refsOf(sandbox, clone);
  const { verdict, summary } = await outcome(sandbox, clone);
  assert.equal(verdict, "fail");
  assert.match(summary, /^HEAD is not on main of origin: 1 commit of it is not there/);
  assert.equal(await refsOf(sandbox, clone), before);
});

test("a pushed feature branch fails until it is merged", async (context) => {
  const sandbox = new GitSandbox(context);
  const { clone } = await sandbox.pushed();
  await sandbox.git(clone, "switch", "--quiet", "--create", "feature");
  const sha = await sandbox.commit(clone, "feature.ts");
  await sandbox.git(clone, "push", "--quiet", "origin", "feature");
  const unmerged = await outcome(sandbox, clone);
  assert.equal(unmerged.verdict, "fail");
  assert.equal(unmerged.evidence?.[0], `HEAD ${sha} (feature)`);
  await sandbox.git(clone, "push", "--quiet", "origin", "feature:main");
  assert.equal((await outcome(sandbox, clone)).verdict, "pass");
});

test("a branch of the same name below other folders is not taken for the branch", async (context) => {
  const sandbox = new GitSandbox(context);
  const { server, clone } = await sandbox.pushed();
  await sandbox.git(clone, "push", "--quiet", "origin", "main:refs/heads/x/refs/heads/release");
  assert.deepEqual(await outcome(sandbox, clone, { branch: "release" }), {
    verdict: "fail",
    summary: `file://${server} has no branch release.`,
    evidence: [`HEAD ${await sandbox.git(clone, "rev-parse", "HEAD")} (main)`],
    remedy:
      "Push it, or set the branch that deployments are made from: git ls-remote --heads origin",
  });
});

test("a detached HEAD with its history is judged like any other", async (context) => {
  const sandbox = new GitSandbox(context);
  const { clone, sha } = await sandbox.pushed();
  await sandbox.commit(clone, "second.ts");
  await sandbox.git(clone, "push", "--quiet", "origin", "main");
  await sandbox.git(clone, "checkout", "--quiet", "--detach", sha);
  const pushed = await outcome(sandbox, clone);
  assert.equal(pushed.verdict, "pass");
  assert.equal(pushed.evidence?.[0], `HEAD ${sha} (detached)`);
  await sandbox.commit(clone, "third.ts");
  assert.equal((await outcome(sandbox, clone)).verdict, "fail");
});

test("a shallow clone passes at the tip, and cannot tell below it", async (context) => {
  const sandbox = new GitSandbox(context);
  const { server, clone } = await sandbox.pushed();
  await sandbox.commit(clone, "second.ts");
  await sandbox.git(clone, "push", "--quiet", "origin", "main");
  const shallow = await sandbox.clone(`file://${server}`, "shallow", "--depth=1");
  assert.equal((await outcome(sandbox, shallow)).verdict, "pass");
  await sandbox.commit(clone, "third.ts");
  await sandbox.git(clone, "push", "--quiet", "origin", "main");
  const { verdict, summary, remedy } = await outcome(sandbox, shallow);
  assert.deepEqual(
    { verdict, summary, remedy },
    {
      verdict: "unknown",
      summary: "This clone is shallow: it cannot tell whether HEAD is in the history of main.",
      remedy:
        "Fetch the whole history: git fetch --unshallow (actions/checkout: fetch-depth: 0), or configure the forge.",
    },
  );
});

const forge = (comparison: "behind" | "elsewhere" | "no branch"): Forge => ({
  name: "forge.example.org, uostas/deployment",
  findCommit: (commit) => Promise.resolve(commit),
  findBranch: (name) =>
    Promise.resolve(
      comparison === "no branch" ? undefined : { name, sha: "b".repeat(40), isProtected: true },
    ),
  compare: () => Promise.resolve(comparison === "no branch" ? "elsewhere" : comparison),
  checksOf: () => Promise.resolve([]),
});

test("a shallow clone asks the forge where there is one", async (context) => {
  const sandbox = new GitSandbox(context);
  const { server, clone } = await sandbox.pushed();
  const shallow = await sandbox.clone(`file://${server}`, "shallow", "--depth=1");
  await sandbox.commit(clone, "second.ts");
  await sandbox.git(clone, "push", "--quiet", "origin", "main");
  const verdicts = await Promise.all(
    (["behind", "elsewhere", "no branch"] as const).map(async (comparison) => {
      const { verdict, summary } = await outcome(sandbox, shallow, { forge: forge(comparison) });
      return [verdict, summary];
    }),
  );
  assert.deepEqual(verdicts, [
    ["pass", "HEAD is in the history of main, says forge.example.org, uostas/deployment."],
    [
      "fail",
      "HEAD is not on main of origin: forge.example.org, uostas/deployment says that it is not there, so CI and your colleagues have other code.",
    ],
    ["fail", "forge.example.org, uostas/deployment has no branch main."],
  ]);
});

test("no repository, no commit and no remote fail, each in its own words", async (context) => {
  const sandbox = new GitSandbox(context);
  const none = await outcome(sandbox, sandbox.folder);
  await sandbox.git(sandbox.folder, "init", "--quiet", "alone");
  const alone = sandbox.path("alone");
  const empty = await outcome(sandbox, alone);
  const sha = await sandbox.commit(alone, "index.ts");
  assert.deepEqual(
    [none.verdict, none.summary, empty.verdict, empty.summary],
    [
      "fail",
      "This folder is not in a git work tree, so it has no commit that could be pushed.",
      "fail",
      "This repository has no commit yet, so there is none that could be pushed.",
    ],
  );
  assert.deepEqual(await outcome(sandbox, alone), {
    verdict: "fail",
    summary: 'There is no remote "origin" here, so this commit is nowhere but on this machine.',
    evidence: [`HEAD ${sha} (main)`],
    remedy: "Add it: git remote add origin <address>; then push to its main.",
  });
});

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
