import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import type { Objects } from "./cluster.ts";

/** What goes wrong between a client and its API server. */
export type Fault =
  | "reset"
  | "silent"
  | "cut"
  | "server error"
  | "gateway page"
  | "no JSON"
  | "no list"
  | "forbidden"
  | "unauthorized";

export interface Double {
  readonly kubeconfig: string;
  /** Every request from now on; undefined where all is well. */
  fault: Fault | undefined;
  /** Lets this many requests through before the fault. */
  spare: number;
  readonly requests: string[];
  readonly close: () => void;
}

export const CONTEXT = "double";

/** The data of ConfigMaps, by name. */
type ConfigMaps = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** Lists objects over HTTP as an API server does, with its pages; answers 404 to everything else. */
export async function serveObjects(objects: Objects, configMaps: ConfigMaps = {}): Promise<Double> {
  const folder = mkdtempSync(join(tmpdir(), "bookwyrm-double-"));
  const server = createServer((request, response) => {
    requests.push(`${request.method ?? ""} ${request.url ?? ""}`);
    if (double.fault === undefined || double.spare > 0) {
      double.spare -= 1;
      answer({ objects, configMaps }, request, response);
    } else {
      fail(double.fault, request, response);
    }
  });
  server.listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as AddressInfo;
  const kubeconfig = join(folder, "kubeconfig");
  writeFileSync(kubeconfig, kubeconfigOf(`http://127.0.0.1:${port.toString()}`));
  const requests: string[] = [];
  const double: Double = {
    kubeconfig,
    fault: undefined,
    spare: 0,
    requests,
    close: () => {
      server.closeAllConnections();
      server.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  return double;
}

const kubeconfigOf = (server: string): string =>
  stringify({
    "current-context": "another",
    contexts: [{ name: CONTEXT, context: { cluster: CONTEXT, user: CONTEXT } }],
    // The client library takes http only where certificates are not looked at.
    clusters: [{ name: CONTEXT, cluster: { server, "insecure-skip-tls-verify": true } }],
    users: [{ name: CONTEXT, user: { token: "a-token" } }],
  });

interface Served {
  readonly objects: Objects;
  readonly configMaps: ConfigMaps;
}

function answer(
  { objects, configMaps }: Served,
  { url = "" }: IncomingMessage,
  response: ServerResponse,
): void {
  const { pathname, searchParams } = new URL(url, "http://localhost");
  const [, name = ""] = /\/configmaps\/([^/]+)$/.exec(pathname) ?? [];
  const data = configMaps[name];
  if (data !== undefined) {
    json(response, 200, { metadata: { name, resourceVersion: "1" }, data });
    return;
  }
  const kind = pathname.split("/").at(-1) ?? "";
  const items = (objects as unknown as Record<string, readonly object[] | undefined>)[kind];
  if (items === undefined) {
    json(response, 404, { kind: "Status", message: `${pathname} not found` });
    return;
  }
  const from = Number(searchParams.get("continue") ?? 0);
  const to = from + Number(searchParams.get("limit") ?? items.length);
  const metadata = to < items.length ? { continue: to.toString() } : {};
  json(response, 200, { kind: "List", metadata, items: items.slice(from, to) });
}

function fail(fault: Fault, request: IncomingMessage, response: ServerResponse): void {
  switch (fault) {
    case "reset":
      request.socket.resetAndDestroy();
      return;
    case "silent":
      return;
    case "cut":
      response.writeHead(200, { "content-length": 1000 }).write('{"items": [');
      setImmediate(() => response.destroy());
      return;
    case "server error":
      json(response, 500, { kind: "Status", message: "etcdserver: request timed out" });
      return;
    case "gateway page":
      response.writeHead(502).end("<html>Bad Gateway</html>");
      return;
    case "no JSON":
      response.writeHead(200).end("{");
      return;
    case "no list":
      json(response, 200, {});
      return;
    case "forbidden":
      json(response, 403, { kind: "Status", message: 'User "ci" cannot list resource "pods"' });
      return;
    case "unauthorized":
      json(response, 401, { kind: "Status", message: "Unauthorized" });
      return;
  }
}

const json = (response: ServerResponse, status: number, body: object): void => {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
};
