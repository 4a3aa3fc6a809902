import { randomBytes } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { answerApi } from "./harbor-api.ts";
import {
  error,
  type HarborAccount,
  type HarborAnswer,
  type HarborState,
  json,
} from "./harbor-state.ts";

export interface Harbor {
  /** With its port. */
  readonly host: string;
  readonly state: HarborState;
  readonly stop: () => Promise<void>;
}

interface Certificate {
  readonly key: string;
  readonly cert: string;
}

/** A double of Harbor v2.16, as far as checks read it; core/service/token and middleware are its model. */
export async function startHarbor(certificate: Certificate, state: HarborState): Promise<Harbor> {
  const tokens = new Map<string, boolean>();
  let host = "";
  const server = createServer(certificate, (request, response) => {
    void answer(request, { host, state, tokens }).then(({ status, headers = {}, body = "" }) => {
      response.writeHead(status, { "content-length": Buffer.byteLength(body), ...headers });
      response.end(request.method === "HEAD" ? undefined : body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  host = `127.0.0.1:${(server.address() as AddressInfo).port.toString()}`;
  const stop = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => {
        resolve();
      });
      server.closeAllConnections();
    });
  return { host, state, stop };
}

interface Context {
  readonly host: string;
  readonly state: HarborState;
  /** Whether a token gives the right to pull from the project. */
  readonly tokens: Map<string, boolean>;
}

async function answer(request: IncomingMessage, context: Context): Promise<HarborAnswer> {
  const url = new URL(request.url ?? "/", `https://${context.host}`);
  const { tooMany } = context.state;
  if (tooMany !== undefined && tooMany.times > 0) {
    tooMany.times -= 1;
    const headers = tooMany.retryAfter === undefined ? {} : { "retry-after": tooMany.retryAfter };
    return { ...error(429, "TOOMANYREQUEST"), headers };
  }
  if (url.pathname === "/service/token") return token(url, request, context);
  if (url.pathname.startsWith("/v2/")) return distribution(url, request, context);
  const account = accountOf(request, context.state);
  if (account === undefined || !isValid(account)) return error(401, "UNAUTHORIZED");
  return answerApi(url.pathname, account, context.state);
}

/** With a scope, whoever asks gets a token; it may be one without any right. */
function token(url: URL, request: IncomingMessage, { state, tokens }: Context): HarborAnswer {
  const valid = isValid(accountOf(request, state));
  const scope = url.searchParams.get("scope");
  if (!valid && scope === null) return error(401, "UNAUTHORIZED");
  const value = randomBytes(16).toString("hex");
  const mayPull = valid || state.project.isPublic === true;
  tokens.set(value, mayPull && (scope ?? "").startsWith(`repository:${state.project.name}/`));
  return json({ token: value, expires_in: 1800 });
}

async function distribution(
  url: URL,
  request: IncomingMessage,
  context: Context,
): Promise<HarborAnswer> {
  const { authorization } = request.headers;
  const { state } = context;
  if (authorization === undefined) return bearerChallenge(url, context.host);
  const mayPull = authorization.startsWith("Bearer ")
    ? context.tokens.get(authorization.slice("Bearer ".length)) === true
    : isValid(accountOf(request, state));
  if (!mayPull) {
    return {
      ...error(401, "UNAUTHORIZED"),
      headers: { "www-authenticate": 'Basic realm="harbor"' },
    };
  }
  if (url.pathname === "/v2/") return json({});
  const method = request.method ?? "GET";
  const [, path = "", kind, reference = ""] =
    /^\/v2\/(.+)\/(manifests|blobs)\/([^/]+)$/.exec(url.pathname) ?? [];
  if (!path.startsWith(`${state.project.name}/`)) return error(401, "UNAUTHORIZED");
  const tag = state.tags.get(reference);
  if (method === "PUT" && kind === "manifests") {
    return tag?.immutable === true
      ? error(412, "PRECONDITION", `configured as immutable: ${reference}`)
      : error(405, "UNSUPPORTED");
  }
  if (state.policy !== undefined && kind === "manifests") {
    return error(412, "PROJECTPOLICYVIOLATION", state.policy);
  }
  if (state.upstream !== undefined) {
    return state.upstream(method, url.pathname, request.headers.accept ?? "*/*");
  }
  const digest = tag?.digest ?? reference;
  const found = state.content.get(digest);
  if (found === undefined) return error(404, "NOT_FOUND");
  return {
    status: 200,
    headers: { "content-type": found.mediaType, "docker-content-digest": digest },
    body: found.body,
  };
}

function bearerChallenge(url: URL, host: string): HarborAnswer {
  const path = /^\/v2\/(.+)\/(?:manifests|blobs)\//.exec(url.pathname)?.[1];
  const scope = path === undefined ? "" : `,scope="repository:${path}:pull"`;
  const challenge = `Bearer realm="https://${host}/service/token",service="harbor-registry"${scope}`;
  return { ...error(401, "UNAUTHORIZED"), headers: { "www-authenticate": challenge } };
}

function accountOf(request: IncomingMessage, state: HarborState): HarborAccount | undefined {
  const [, encoded = ""] = /^Basic (.+)$/.exec(request.headers.authorization ?? "") ?? [];
  const given = Buffer.from(encoded, "base64").toString();
  return state.accounts.find(({ username, password }) => given === `${username}:${password}`);
}

/** A disabled or expired robot is refused without a word. */
const isValid = (account: HarborAccount | undefined): boolean =>
  account !== undefined &&
  account.disabled !== true &&
  (account.expiresAt === undefined ||
    account.expiresAt === -1 ||
    account.expiresAt > Date.now() / 1000);
