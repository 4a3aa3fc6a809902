import { request as requestHttp } from "node:http";
import { createServer, request as requestHttps } from "node:https";
import type { Socket } from "node:net";
import type { TestContext } from "node:test";
import { CERTIFICATE, type Exchange, type Fault } from "./faults.ts";
import { listen } from "./loopback.ts";

export interface Strike {
  readonly fault: Fault;
  /** Which requests the fault befalls, by `METHOD /path`. */
  readonly of: RegExp;
  /** How often, before all is well again. @default always */
  readonly times?: number;
  /** What befalls a host has befallen it before it is asked: for a call that is never tried again. */
  readonly isFromTheStart?: boolean;
}

export interface FaultyProxy {
  /** With https. */
  readonly address: string;
  /** How many requests it befell. */
  readonly struck: () => number;
  /** Comes when it has befallen the first. */
  readonly firstStrike: Promise<undefined>;
  /** Passwords and tokens of all requests. */
  readonly credentials: () => readonly string[];
}

const NONE: Strike = { fault: { kind: "body" }, of: /(?!)/ };

/** Speaks TLS, and passes all requests on to `upstream` but those that the fault befalls. */
export async function faultyProxy(
  context: TestContext,
  upstream: string,
  { fault, of, times = Infinity, isFromTheStart = false }: Strike = NONE,
): Promise<FaultyProxy> {
  const target = new URL(upstream);
  const credentials = new Set<string>();
  let struck = 0;
  const { promise: firstStrike, resolve: strikesFirst } = Promise.withResolvers<undefined>();
  const server = createServer(CERTIFICATE, (request, response) => {
    const [, credential = ""] = request.headers.authorization?.split(" ") ?? [];
    if (credential !== "") credentials.add(credential);
    const exchange: Exchange = {
      request,
      response,
      forward: (headers) => {
        pass({ target, host }, { request, response }, headers);
      },
    };
    const { pathname } = new URL(request.url ?? "/", upstream);
    if (struck >= times || !of.test(`${request.method ?? ""} ${pathname}`)) {
      exchange.forward();
      return;
    }
    struck += 1;
    fault.answer?.(exchange);
    strikesFirst(undefined);
    if (fault.host !== undefined) {
      fault.host({ server, port });
      // What is asked next, or again, opens a connection of its own.
      for (const socket of sockets) socket.destroy();
    }
  });
  // Those in the middle of their handshake too, which the server itself does not count.
  const sockets = new Set<Socket>();
  server.on("connection", (socket: Socket) => sockets.add(socket));
  const host = await listen(server, context);
  const port = Number(new URL(`https://${host}`).port);
  if (isFromTheStart && fault.host !== undefined) {
    fault.host({ server, port });
    struck += 1;
  }
  return {
    address: `https://${host}${target.pathname.replace(/\/$/, "")}`,
    struck: () => struck,
    firstStrike,
    credentials: () => [...credentials],
  };
}

interface Route {
  readonly target: URL;
  /** Of the proxy itself. */
  readonly host: string;
}

function pass(
  { target, host }: Route,
  { request, response }: Pick<Exchange, "request" | "response">,
  changed: Readonly<Record<string, string>> = {},
): void {
  const { method = "GET", headers } = request;
  const send = target.protocol === "https:" ? requestHttps : requestHttp;
  const options = { method, headers, rejectUnauthorized: false };
  const forwarded = send(new URL(request.url ?? "/", target.origin), options, (answer) => {
    const challenge = answer.headers["www-authenticate"]?.replaceAll(target.host, host);
    response.writeHead(answer.statusCode ?? 500, {
      ...answer.headers,
      ...(challenge !== undefined && { "www-authenticate": challenge }),
      ...changed,
    });
    answer.pipe(response);
  });
  forwarded.on("error", () => response.destroy());
  request.pipe(forwarded);
}
