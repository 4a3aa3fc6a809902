import { once } from "node:events";
import type { Server } from "node:http";
import type { Server as TlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import type { TestContext } from "node:test";

/** Lets a server listen on a free port of loopback until the test ends. @returns its host, with the port */
export async function listen(
  server: Server | TlsServer,
  context: Pick<TestContext, "after">,
): Promise<string> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  context.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return `127.0.0.1:${port.toString()}`;
}
