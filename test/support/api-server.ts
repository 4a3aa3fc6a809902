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
  /** With its port; without TLS. */
  readonly host: string;
  readonly kubeconfig: string;
  /** Every request from now on; undefined where all is well. */
  fault: Fault | undefined;
  /** Lets this many requests through before the fault. */
  spare: number;
  /** The clock of the API server, as HTTP writes it; undefined where it is this machine's. */
  date: string | undefined;
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
    if (double.date !== undefined) response.setHeader("date", double.date);
    if (double.fault === undefined || double.spare > 0) {
      double.spare -= 1;
      answer({ objects, configMaps }, request, response);
    } else {
      fail(double.fault, request, response);
    }
  });
  server.listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port.toString()}`;
  const kubeconfig = join(folder, "kubeconfig");
  writeFileSync(kubeconfig, kubeconfigOf(`http://${host}`));
  const requests: string[] = [];
  const double: Double = {
    host,
    kubeconfig,
    fault: undefined,
    spare: 0,
    date: undefined,
    requests,
    close: () => {
      server.closeAllConnections();
      server.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  return double;
}

/** @param ca PEM; left out, the server does without TLS */
export const kubeconfigOf = (server: string, ca?: string): string =>
  stringify({
    "current-context": "another",
    contexts: [{ name: CONTEXT, context: { cluster: CONTEXT, user: CONTEXT } }],
    clusters: [
      {
        name: CONTEXT,
        cluster: {
          server,
          // The client library takes http only where certificates are not looked at.
          ...(ca === undefined
            ? { "insecure-skip-tls-verify": true }
            : { "certificate-authority-data": Buffer.from(ca).toString("base64") }),
        },
      },
    ],
    users: [{ name: CONTEXT, user: { token: "dummy-token-of-the-double" } }],
  });

interface Served {
  readonly objects: Objects;
  readonly configMaps: ConfigMaps;
}

function answer(
  { objects, configMaps }: Served,
  { url = "", method = "GET" }: IncomingMessage,
  response: ServerResponse,
): void {
  const { pathname, searchParams } = new URL(url, "http://localhost");
  const [, name = ""] = /\/configmaps\/([^/]+)$/.exec(pathname) ?? [];
  const data = configMaps[name];
  if (data !== undefined) {
    json(response, 200, { metadata: { name, resourceVersion: "1" }, data });
    return;
  }
  if (pathname === "/apis/batch/v1") {
    json(response, 200, KINDS);
    return;
  }
  const [, job] = /\/jobs\/([^/]+)$/.exec(pathname) ?? [];
  if (job !== undefined) {
    answerForJob(objects, { name: job, method }, response);
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

const KINDS = {
  kind: "APIResourceList",
  resources: [
    { name: "jobs/status", kind: "Job" },
    { name: "jobs", kind: "Job" },
  ],
};

/** One that is deleted is seen once more, as where its pods take their time to end. */
function answerForJob(
  objects: Objects,
  { name, method }: { readonly name: string; readonly method: string },
  response: ServerResponse,
): void {
  const job = objects.jobs.find(({ metadata }) => metadata.name === name);
  if (job === undefined) {
    json(response, 404, { kind: "Status", message: `${name} not found` });
    return;
  }
  if (job.metadata.deletionTimestamp !== undefined) {
    objects.jobs = objects.jobs.filter((other) => other !== job);
  }
  if (method === "DELETE") job.metadata.deletionTimestamp = new Date().toISOString();
  json(response, 200, job);
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
