import { isIP } from "node:net";
import type { RequestOptions } from "node:https";
import type { KubeConfig } from "@kubernetes/client-node";
import { ask, type HttpRequest, type HttpResponse } from "../http.ts";
import { type Cluster, ClusterError, ConflictError, type Target } from "./cluster.ts";
import { execute } from "./execute.ts";
import type { ConfigMap, Listed, Secret } from "./objects.ts";

export interface Connection {
  /** Name of a context in the kubeconfig. */
  readonly context: string;
  readonly namespace: string;
  /** Path; left out, `KUBECONFIG` says it, or it is `~/.kube/config`. */
  readonly kubeconfig?: string;
}

const GROUPS: Readonly<Record<keyof Listed, string>> = {
  pods: "/api/v1",
  deployments: "/apis/apps/v1",
  statefulsets: "/apis/apps/v1",
  replicasets: "/apis/apps/v1",
  jobs: "/apis/batch/v1",
  nodes: "/api/v1",
  events: "/api/v1",
};

/** A page of pods stays well below what one answer may hold, managed fields and all. */
const PAGE_SIZE = 250;

/** The kubeconfig is the client library's, with its credential plugins; the answers stay plain JSON. */
export async function connect({ context, namespace, kubeconfig }: Connection): Promise<Cluster> {
  // A preview never comes here, and must not pay half a second for it.
  const { KubeConfig } = await import("@kubernetes/client-node");
  const config = new KubeConfig();
  if (kubeconfig === undefined) config.loadFromDefault();
  else config.loadFromFile(kubeconfig);
  if (config.getContextObject(context) === null) {
    throw new ClusterError(`the kubeconfig has no context "${context}"`);
  }
  config.setCurrentContext(context);
  const server = config.getCurrentCluster()?.server;
  if (server === undefined) {
    throw new ClusterError(`the kubeconfig has no cluster for the context "${context}"`);
  }
  const request = requester(config, server);
  const core = `/api/v1/namespaces/${namespace}`;
  return {
    namespace,
    list: async (kind, signal) => {
      const folder = kind === "nodes" ? "" : `/namespaces/${namespace}`;
      return listAll(request, `${GROUPS[kind]}${folder}/${kind}`, signal);
    },
    secret: (name, signal) => find<Secret>(request, `${core}/secrets/${name}`, signal),
    configMap: (name, signal) => find<ConfigMap>(request, `${core}/configmaps/${name}`, signal),
    writeConfigMap: async ({ name, data, resourceVersion }, signal) => {
      const body = JSON.stringify({ metadata: { name, resourceVersion }, data });
      const headers = { "content-type": "application/json" };
      const isNew = resourceVersion === undefined;
      const path = isNew ? `${core}/configmaps` : `${core}/configmaps/${name}`;
      const method = isNew ? "POST" : "PUT";
      judge(path, await request(path, { method, headers, body, signal }));
    },
    log: async ({ pod, container, previous, lines }, signal) => {
      const query = new URLSearchParams({
        container,
        previous: String(previous),
        tailLines: lines.toString(),
      });
      const path = `${core}/pods/${pod}/log`;
      const response = await request(`${path}?${query.toString()}`, { signal });
      return judge(path, response).body.toString();
    },
    execute: (container, command, signal) =>
      execute(config, { namespace, ...container, command }, signal),
    ask: (target, signal) =>
      request(proxyPath(core, target), { headers: { host: target.host }, signal }),
  };
}

const proxyPath = (core: string, { service, port, path }: Target): string =>
  `${core}/services/${service}:${port}/proxy${path}`;

type Request = (path: string, request: HttpRequest) => Promise<HttpResponse>;

const requester = (config: KubeConfig, server: string): Request => {
  const isBehindProxy = config.getCurrentCluster()?.proxyUrl !== undefined;
  return async (path, request) => {
    const url = new URL(server.replace(/\/$/, "") + path);
    const options: RequestOptions = {};
    await config.applyToHTTPSOptions(options);
    const { agent, headers, ...connection } = options;
    return ask(url, {
      ...request,
      headers: { ...(headers as Record<string, string> | undefined), ...request.headers },
      connection: {
        // Node.js would take the name from the Host header, which may be the site's. The library's
        // agent forces it to; Node.js's own also keeps connections open.
        servername: isIP(url.hostname) ? "" : url.hostname,
        ...connection,
        ...(isBehindProxy && { agent }),
      },
    });
  };
};

interface Page<Item> {
  readonly items?: readonly (Item & Managed)[] | null;
  readonly metadata?: { readonly continue?: string };
}

/** Who set which field is half of every object, and nothing that a check reads. */
interface Managed {
  readonly metadata: { managedFields?: unknown };
}

async function listAll<Item>(request: Request, path: string, signal: AbortSignal): Promise<Item[]> {
  const items: Item[] = [];
  let next: string | undefined = "";
  while (next !== undefined) {
    const query = new URLSearchParams({ limit: PAGE_SIZE.toString(), continue: next });
    const response = await request(`${path}?${query.toString()}`, { signal });
    const page = parse(path, judge(path, response)) as Page<Item> | null;
    if (page?.items == null) throw new ClusterError(`${path}: the answer is no list`);
    for (const { metadata } of page.items) delete metadata.managedFields;
    items.push(...page.items);
    next = page.metadata?.continue === "" ? undefined : page.metadata?.continue;
  }
  return items;
}

async function find<Item>(
  request: Request,
  path: string,
  signal: AbortSignal,
): Promise<Item | undefined> {
  const response = await request(path, { signal });
  return response.status === NOT_FOUND ? undefined : (parse(path, judge(path, response)) as Item);
}

const NOT_FOUND = 404;
const CONFLICT = 409;
const UNAUTHORIZED = 401;
const FORBIDDEN = 403;

/** @throws ClusterError for anything but a success */
function judge(path: string, response: HttpResponse): HttpResponse {
  const { status, body } = response;
  if (status >= 200 && status < 300) return response;
  if (status === CONFLICT) throw new ConflictError(`${path}: somebody else wrote it meanwhile`);
  if (status === UNAUTHORIZED) {
    throw new ClusterError(`${path}: the API server does not accept the kubeconfig's credentials`);
  }
  const reason = messageOf(body.toString());
  if (status === FORBIDDEN) throw new ClusterError(`${path}: not allowed: ${reason}`);
  throw new ClusterError(`${path}: the API server answers ${status.toString()}: ${reason}`);
}

/** The API server says what is wrong in an object of kind Status; a proxy before it may say anything. */
function messageOf(body: string): string {
  try {
    const { message } = JSON.parse(body) as { readonly message?: unknown };
    if (typeof message === "string") return message;
  } catch {
    // No JSON: the text itself.
  }
  return body.trim().slice(0, 200) || "nothing";
}

function parse(path: string, { body }: HttpResponse): unknown {
  try {
    return JSON.parse(body.toString());
  } catch (error) {
    throw new ClusterError(`${path}: the answer is no JSON`, { cause: error });
  }
}
