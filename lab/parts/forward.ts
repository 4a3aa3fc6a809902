import { Resolver } from "node:dns/promises";
import { connect, createServer, type Socket } from "node:net";
import { BRIDGE_ADDRESS, CLUSTER_DOMAIN, SITE_PORT } from "../layout.ts";

// A process of its own: it hands every connection to the Service `web`, which it looks up each time,
// so that it outlives every deployment.
const SERVICE = `web.bookwyrm.svc.${CLUSTER_DOMAIN}`;
const SERVICE_PORT = 80;

const resolver = new Resolver();
resolver.setServers([BRIDGE_ADDRESS]);

async function forward(client: Socket): Promise<void> {
  client.on("error", () => client.destroy());
  try {
    const [address = ""] = await resolver.resolve4(SERVICE);
    const service = connect({ host: address, port: SERVICE_PORT });
    service.on("error", () => client.destroy());
    client.on("close", () => service.destroy());
    client.pipe(service).pipe(client);
  } catch {
    client.end(
      "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 27\r\n\r\nBookWyrm is not deployed.\r\n",
    );
  }
}

createServer((client) => void forward(client)).listen(SITE_PORT, "127.0.0.1");
