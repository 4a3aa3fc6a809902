import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { type Cluster, connect } from "../../lab/plugins/resource-kubernetes/cluster.ts";
import { makeCertificate } from "../support/certificate.ts";

const certificate = makeCertificate();
const OBJECT = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "a" } };
const RESOURCES = { resources: [{ name: "configmaps", kind: "ConfigMap", namespaced: true }] };
const CONFIG_MAP = { apiVersion: "v1", kind: "ConfigMap" };

async function serve(port: number): Promise<Server> {
  const server = createServer(certificate, (request, response) => {
    response.end(JSON.stringify(request.url === "/api/v1" ? RESOURCES : OBJECT));
  });
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  return server;
}

async function stop(server: Server): Promise<void> {
  server.close();
  server.closeAllConnections();
  await once(server, "close");
}

const portOf = (server: Server): number => (server.address() as AddressInfo).port;

function clusterAt(port: number): Cluster {
  const kubeconfig = {
    "current-context": "test",
    contexts: [{ name: "test", context: { cluster: "test", user: "test" } }],
    clusters: [
      {
        name: "test",
        cluster: {
          server: `https://127.0.0.1:${port.toString()}`,
          "certificate-authority-data": Buffer.from(certificate.cert).toString("base64"),
        },
      },
    ],
    users: [{ name: "test", user: { token: "token" } }],
  };
  return connect({
    kubeconfig: JSON.stringify(kubeconfig),
    context: undefined,
    cluster: undefined,
    namespace: undefined,
  });
}

test("an API server that restarts is waited for", async () => {
  const before = await serve(0);
  const port = portOf(before);
  const cluster = clusterAt(port);
  assert.deepEqual(await cluster.get(CONFIG_MAP, "default", "a"), OBJECT);
  await stop(before);
  const asked = Promise.all([
    cluster.get(CONFIG_MAP, "default", "a"),
    cluster.apply(OBJECT, { fieldManager: "test", force: false, dryRun: false }),
  ]);
  await sleep(1000);
  const again = await serve(port);
  try {
    assert.deepEqual(await asked, [OBJECT, OBJECT]);
  } finally {
    await stop(again);
  }
});

test("an address where nobody listens is known at once", async () => {
  const server = await serve(0);
  const port = portOf(server);
  await stop(server);
  const since = performance.now();
  await assert.rejects(clusterAt(port).ping(), { code: "ECONNREFUSED" });
  assert.ok(performance.now() - since < 2_000);
});
