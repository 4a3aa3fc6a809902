import { once } from "node:events";
import { createServer, type IncomingMessage, type RequestListener } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";

/** Where a double listens, and what it was asked. */
export interface JsonServer {
  /** Base address, without a slash at the end. */
  readonly address: string;
  readonly requests: readonly JsonRequest[];
  close(): void;
}

export interface JsonRequest {
  readonly method: string;
  readonly url: URL;
  readonly authorization: string | undefined;
}

export interface JsonAnswer {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Key and certificate in PEM; with them a double speaks TLS. */
export interface Tls {
  readonly key: string;
  readonly cert: string;
}

/** Serves `answer` on a free port of the loopback interface. */
export async function jsonServer(
  answer: (request: JsonRequest) => JsonAnswer,
  tls?: Tls,
): Promise<JsonServer> {
  const requests: JsonRequest[] = [];
  const listener: RequestListener = (incoming, response) => {
    const request = requestOf(incoming, address);
    requests.push(request);
    const { status, body, headers } = answer(request);
    response.writeHead(status, { "content-type": "application/json; charset=utf-8", ...headers });
    response.end(JSON.stringify(body));
  };
  const server = tls === undefined ? createServer(listener) : createTlsServer(tls, listener);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const address = `${tls === undefined ? "http" : "https"}://127.0.0.1:${port.toString()}`;
  return {
    address,
    requests,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

const requestOf = (incoming: IncomingMessage, address: string): JsonRequest => ({
  method: incoming.method ?? "",
  url: new URL(incoming.url ?? "/", address),
  authorization: incoming.headers.authorization,
});

/** One page of a list, and the Link header to the next and the last (RFC 8288), as GitHub and Forgejo write it. */
export function pageOf<Item>(
  items: readonly Item[],
  { url }: JsonRequest,
  perPage: number,
): { readonly items: readonly Item[]; readonly headers: Readonly<Record<string, string>> } {
  const page = Number(url.searchParams.get("page") ?? "1");
  const last = Math.max(1, Math.ceil(items.length / perPage));
  const link = (to: number, rel: string): string => {
    const target = new URL(url);
    target.searchParams.set("page", to.toString());
    return `<${target.href}>; rel="${rel}"`;
  };
  const links = page < last ? [link(page + 1, "next"), link(last, "last")] : [];
  return {
    items: items.slice((page - 1) * perPage, page * perPage),
    headers: links.length > 0 ? { link: links.join(", ") } : {},
  };
}
