import { spawn } from "node:child_process";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { TestContext } from "node:test";
import type { Certificate } from "./certificate.ts";
import { listen } from "./loopback.ts";

export interface GitServer {
  /** Of the server itself; repositories are below it by the names of their folders. */
  readonly address: string;
  /** Method and path of every request so far. */
  readonly requests: readonly string[];
}

/**
 * Serves the repositories in a folder as git hosts do: `git http-backend` behind an HTTP server.
 *
 * @param certificate With it, the server speaks TLS
 */
export async function gitServer(
  context: TestContext,
  root: string,
  certificate?: Certificate,
): Promise<GitServer> {
  const requests: string[] = [];
  const serve = (request: IncomingMessage, response: ServerResponse): void => {
    requests.push(`${request.method ?? ""} ${request.url ?? ""}`);
    backend(root, request, response);
  };
  const [scheme, server] =
    certificate === undefined
      ? (["http", createServer(serve)] as const)
      : (["https", createTlsServer(certificate, serve)] as const);
  return { address: `${scheme}://${await listen(server, context)}`, requests };
}

/** One request by the rules of CGI (RFC 3875). */
function backend(root: string, request: IncomingMessage, response: ServerResponse): void {
  const { pathname, search } = new URL(request.url ?? "/", "http://localhost");
  const header = (name: string): string => String(request.headers[name] ?? "");
  const child = spawn("git", ["http-backend"], {
    stdio: ["pipe", "pipe", "inherit"],
    env: {
      PATH: process.env["PATH"],
      GIT_PROJECT_ROOT: root,
      GIT_HTTP_EXPORT_ALL: "1",
      GIT_PROTOCOL: header("git-protocol"),
      PATH_INFO: pathname,
      QUERY_STRING: search.slice(1),
      REQUEST_METHOD: request.method,
      CONTENT_TYPE: header("content-type"),
      HTTP_CONTENT_ENCODING: header("content-encoding"),
    },
  });
  request.pipe(child.stdin);
  const chunks: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
  child.on("close", () => {
    const output = Buffer.concat(chunks);
    const end = output.indexOf("\r\n\r\n");
    const headers = output
      .subarray(0, end)
      .toString("latin1")
      .split("\r\n")
      .map((line) => line.split(": ") as [string, string]);
    const { Status: status = "200", ...others } = Object.fromEntries(headers);
    response.writeHead(Number.parseInt(status, 10), others);
    response.end(output.subarray(end + 4));
  });
}
