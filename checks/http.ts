import { request as requestHttp } from "node:http";
import { request as requestHttps, type RequestOptions } from "node:https";
import { NoAnswer } from "./no-answer.ts";

export interface HttpRequest {
  readonly method?: "GET" | "HEAD" | "POST" | "PUT" | "DELETE";
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** PEM of an authority that is trusted alone; left out, those of Node.js are. */
  readonly ca?: string;
  /** Agent, client certificate, server name: for who is asked in a way of their own, as a Kubernetes API server is. */
  readonly connection?: RequestOptions;
  readonly signal: AbortSignal;
}

export interface HttpResponse {
  readonly status: number;
  /** Names in lower case; a header that came several times is joined by `, `. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** No answer, or none that can be read. Its message names the address, without query, and what happened. */
export class HttpError extends NoAnswer {
  constructor(message: string, options?: ErrorOptions) {
    super(message, REMEDY, options);
  }
}

const REMEDY =
  "Look at this host, the way to it, and, where its certificate is the matter, at who signed it; then run it again.";

/** Answers of a manifest, an API page or a small blob; nothing that a check reads is larger. */
const BODY_MAX_BYTES = 16 * 1024 * 1024;

/**
 * One request, one answer: no redirect is followed and nothing is tried again, since both depend on
 * who is asked. A connection that is cut before the announced end is an error, never a short body.
 *
 * @throws HttpError
 */
export function ask(url: URL, request: HttpRequest): Promise<HttpResponse> {
  const { method = "GET", headers = {}, body, ca, connection, signal } = request;
  const send = url.protocol === "https:" ? requestHttps : requestHttp;
  const where = `${url.origin}${url.pathname}`;
  return new Promise((resolve, reject) => {
    const fail = (error: Error): void => {
      // Node.js reports a body that is waited for in vain as a cut connection.
      const reason = signal.aborted ? TOO_LATE : inWords(error);
      reject(new HttpError(`${where}: ${reason}`, { cause: error }));
    };
    const asked = send(
      url,
      {
        ...connection,
        method,
        headers: { ...headers, ...lengthOf(body) },
        signal,
        ...(ca !== undefined && { ca }),
      },
      (response) => {
        const chunks: Buffer[] = [];
        let size = 0;
        response.on("data", (chunk: Buffer) => {
          chunks.push(chunk);
          size += chunk.length;
          if (size > BODY_MAX_BYTES) response.destroy(new Error("the answer is too large"));
        });
        response.on("error", fail);
        response.on("end", () => {
          resolve({
            status: response.statusCode ?? 0,
            headers: flat(response.headers),
            body: Buffer.concat(chunks),
          });
        });
      },
    );
    asked.on("error", fail);
    asked.end(body);
  });
}

/** Node.js says how long a body is, but not that of a DELETE, which then is the next request. */
const lengthOf = (body: string | undefined): Record<string, string> =>
  body === undefined ? {} : { "content-length": Buffer.byteLength(body).toString() };

const flat = (
  headers: Readonly<Record<string, string | string[] | undefined>>,
): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, Array.isArray(value) ? value.join(", ") : value]],
    ),
  );

const TOO_LATE = "it did not answer in time";

const NO_TLS = "it does not speak TLS there";

/** What Node.js calls a network's faults, in the words of who has to mend them. */
const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: "nothing listens there (connection refused)",
  ECONNRESET: "the connection was cut in the middle",
  ENOTFOUND: "its name is not known to DNS",
  EAI_AGAIN: "DNS does not answer",
  ETIMEDOUT: "it does not answer",
  EHOSTUNREACH: "there is no way to this host",
  SELF_SIGNED_CERT_IN_CHAIN: "its certificate is signed by an authority that is not trusted",
  DEPTH_ZERO_SELF_SIGNED_CERT: "its certificate is self-signed",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "its certificate is signed by an authority that is not trusted",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    "its certificate is signed by an authority that is not trusted",
  CERT_HAS_EXPIRED: "its certificate has expired",
  ERR_TLS_CERT_ALTNAME_INVALID: "its certificate is for another host",
  EPROTO: NO_TLS,
  ERR_SSL_WRONG_VERSION_NUMBER: NO_TLS,
  ERR_SSL_PACKET_LENGTH_TOO_LONG: NO_TLS,
};

export function inWords(error: Error): string {
  const code = "code" in error ? String(error.code) : "";
  // Node.js's parser of HTTP has a code for each way in which an answer is none.
  if (code.startsWith("HPE_")) return "what it answers is no HTTP";
  return REASONS[code] ?? error.message;
}
