import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { request } from "node:https";
import type { AddressInfo } from "node:net";
import type { Lab } from "../../lab/lab.ts";

/**
 * The lab's registry at another address, which can go away and come back without harm to anybody else.
 * Plain HTTP, which containerd speaks with registries on loopback; names and passwords are passed on.
 */
export class RegistryProxy implements AsyncDisposable {
  readonly #upstream: string;
  readonly #ca: string;
  #server: Server | undefined;
  #port = 0;

  private constructor({ host, caFile }: Lab["registry"]) {
    this.#upstream = `https://${host}`;
    this.#ca = readFileSync(caFile, "utf8");
  }

  static async create(registry: Lab["registry"]): Promise<RegistryProxy> {
    const proxy = new RegistryProxy(registry);
    await proxy.start();
    return proxy;
  }

  /** With its port, as in image references; it stays the same. */
  get host(): string {
    return `127.0.0.1:${this.#port.toString()}`;
  }

  async start(): Promise<void> {
    const server = createServer((asked, answer) => {
      this.#forward(asked, answer);
    }).listen(this.#port, "127.0.0.1");
    await once(server, "listening");
    this.#port = (server.address() as AddressInfo).port;
    this.#server = server;
  }

  /** From now on connections are refused. */
  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (server === undefined) return;
    const closed = once(server, "close");
    server.close();
    server.closeAllConnections();
    await closed;
  }

  #forward({ url = "/", method, headers }: IncomingMessage, response: ServerResponse): void {
    const target = new URL(url, this.#upstream);
    const forwarded = request(target, { method, headers, ca: this.#ca }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    forwarded.on("error", () => response.destroy()).end();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }
}
