import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { Server } from "node:https";
import { makeCertificate } from "./certificate.ts";

/** `connection`: nothing comes; `status`: no success; `body`: a success that is none; `digest`: of the header. */
export type Kind = "connection" | "status" | "body" | "digest";

export interface Fault {
  readonly kind: Kind;
  /** What the message says; where it is left out, each call has words of its own. */
  readonly says?: RegExp;
  /** Befalls the whole host, from then on. */
  readonly host?: (host: Host) => void;
  /** Befalls one answer. */
  readonly answer?: (exchange: Exchange) => void;
}

export interface Host {
  readonly server: Server;
  readonly port: number;
}

export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Passes the request on, and its answer back with other headers. */
  readonly forward: (headers?: Readonly<Record<string, string>>) => void;
}

export const CERTIFICATE = makeCertificate();
const OF_ANOTHER_HOST = makeCertificate("DNS:elsewhere.example.org");
const EXPIRED = makeCertificate("IP:127.0.0.1", new Date("2025-11-16"));
/** What the clients trust. */
export const AUTHORITIES = [CERTIFICATE, OF_ANOTHER_HOST, EXPIRED]
  .map(({ cert }) => cert)
  .join("\n");

const OTHER_DIGEST = `sha256:${"b".repeat(64)}`;
/** As far as a server gets whose connection is cut. */
const HALF = '{"message": "';

/** A server that answers wrongly may repeat what it was sent. */
const repeating = ({ authorization = "" }: IncomingMessage["headers"]): string =>
  JSON.stringify({ message: `got ${authorization}`, errors: [{ message: authorization }] });

const status = (
  code: number,
  headers: Readonly<Record<string, string>> = {},
  says = new RegExp(`answers.* ${code.toString()}`),
): Fault => ({
  kind: "status",
  says,
  answer: ({ request, response }) =>
    response.writeHead(code, headers).end(repeating(request.headers)),
});

const body = (type: string, text: string | undefined): Fault => ({
  kind: "body",
  answer: ({ request, response }) =>
    response.writeHead(200, { "content-type": type }).end(text ?? repeating(request.headers)),
});

const raw = (text: string, says: RegExp): Fault => ({
  kind: "connection",
  says,
  answer: ({ request, response }) => {
    const { socket } = response;
    // An answer to HEAD ends with its headers.
    const sent = request.method === "HEAD" ? text.replace(/\r\n\r\n.*/s, "\r\n") : text;
    socket?.write(sent, () => socket.destroy());
  },
});

const CUT = /the connection was cut in the middle/;
const HEAD = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n";

/** Everything that can become of a question on its way. */
export const FAULTS: Readonly<Record<string, Fault>> = {
  "is refused": {
    kind: "connection",
    says: /nothing listens there/,
    host: ({ server }) => server.close(),
  },
  "is never answered": {
    kind: "connection",
    says: /did not (?:answer|end) in time/,
    answer: () => undefined,
  },
  "is cut before an answer": {
    kind: "connection",
    says: CUT,
    answer: ({ response }) => response.socket?.destroy(),
  },
  "is cut in the headers": raw(HEAD, CUT),
  "is cut in the body": raw(`${HEAD}content-length: 900\r\n\r\n${HALF}`, CUT),
  "is answered by another protocol": raw("220 mail.example.org ESMTP\r\n", /no HTTP/),
  "meets a certificate of an authority that is not trusted": {
    kind: "connection",
    says: /self-signed|not trusted/,
    host: ({ server }) => {
      server.setSecureContext(makeCertificate());
    },
  },
  "meets a certificate for another host": {
    kind: "connection",
    says: /certificate is for another host/,
    host: ({ server }) => {
      server.setSecureContext(OF_ANOTHER_HOST);
    },
  },
  "meets a certificate that has expired": {
    kind: "connection",
    says: /certificate has expired/,
    host: ({ server }) => {
      server.setSecureContext(EXPIRED);
    },
  },
  "meets a server without TLS": {
    kind: "connection",
    says: /does not speak TLS/,
    host: ({ server, port }) => {
      server.close();
      createServer((_, response) => response.end())
        .listen(port, "127.0.0.1")
        .unref();
    },
  },
  "is answered with 500": status(500),
  "is answered with a 502 page": status(502, { "content-type": "text/html" }),
  "is answered with 503": status(503),
  "is answered with 503 and a pause of a day": status(503, { "retry-after": "86400" }),
  "is answered with 429": status(429, {}, /429/),
  "is redirected away from TLS": status(
    302,
    { location: "http://127.0.0.1:9/elsewhere" },
    /without TLS|redirect|answers.* 302/,
  ),
  "is answered with half of its JSON": body("application/json", HALF),
  "is answered with JSON of another form": body("application/json", undefined),
  "is answered with null": body("application/json", "null"),
  "is answered with nothing": body("application/json", ""),
  "is answered with a log-in page": body("text/html", "<html>Please log in</html>"),
  "is answered with the digest of something else": {
    kind: "digest",
    says: /answers with sha256:bbbb|neither a digest nor a size/,
    answer: ({ forward }) => {
      forward({ "docker-content-digest": OTHER_DIGEST });
    },
  },
};
