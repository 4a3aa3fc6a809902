import { ask } from "../http.ts";
import { find, judge, listAll, requester } from "./api.ts";
import { type Cluster, ClusterError, type Target } from "./cluster.ts";
import { execute } from "./execute.ts";
import type { ConfigMap, Listed, Secret } from "./objects.ts";
import { remove } from "./remove.ts";

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
    now: async (signal) => {
      // An answer that refuses has a date as well.
      const { headers } = await request("/version", { signal });
      const now = new Date(headers["date"] ?? "");
      if (Number.isNaN(now.getTime())) throw new ClusterError("the API server sends no date");
      return now;
    },
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
    // Asked once: what a page answers is what is judged.
    ask: (target, signal) =>
      request(proxyPath(core, target), { headers: { host: target.host }, signal }, ask),
    remove: (object, signal) => remove(request, object, signal),
  };
}

const proxyPath = (core: string, { service, port, path }: Target): string =>
  `${core}/services/${service}:${port}/proxy${path}`;
