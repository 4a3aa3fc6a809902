import type { HttpRequest, HttpResponse } from "../http.ts";
import { type Challenge, parseChallenges } from "./challenge.ts";
import { RegistryError } from "./registry-error.ts";
import { send, where } from "./transport.ts";

export interface Credentials {
  readonly username: string;
  readonly password: string;
}

export interface RegistryOptions {
  /** With its port, as in an image reference; it is always asked over TLS. */
  readonly host: string;
  /** PEM of the authority that signed the registry's certificate; left out, those of Node.js are trusted. */
  readonly ca?: string | undefined;
  /** Left out, it asks as anybody may. */
  readonly credentials?: Credentials | undefined;
}

type Request = Omit<HttpRequest, "ca">;

/** Asks one registry, as whoever its credentials name; tokens are kept for each scope. */
export class AuthenticatedRegistry {
  readonly #options: RegistryOptions;
  readonly #tokens = new Map<string, string>();
  /** Whether it wanted to know who asks for an image. */
  wasChallenged = false;

  constructor(options: RegistryOptions) {
    this.#options = options;
  }

  /**
   * The first request goes without credentials: Harbor answers refused ones with a Basic challenge,
   * and then never tells where its tokens are (server/middleware/v2auth/auth.go, v2.16).
   */
  async request(path: string, scope: string, request: Request): Promise<HttpResponse> {
    const url = this.#url(path);
    const kept = this.#tokens.get(scope);
    if (kept !== undefined) {
      const response = await this.#send(url, withAuthorization(request, kept));
      if (response.status !== 401) return response;
      this.#tokens.delete(scope);
    }
    const first = await this.#send(url, request);
    if (first.status !== 401) return first;
    this.wasChallenged = true;
    const authorization = await this.#authorize(first, scope, request.signal);
    if (authorization === undefined) return first;
    const second = await this.#send(url, withAuthorization(request, authorization));
    if (second.status !== 401) this.#tokens.set(scope, authorization);
    return second;
  }

  /**
   * Asks for a token without a scope: with one, Harbor gives a token to a wrong, disabled or expired
   * robot as well (core/service/token/creator.go, v2.16).
   *
   * @returns whether the registry asked who we are at all
   * @throws RegistryError refused
   */
  async authenticate(signal: AbortSignal): Promise<boolean> {
    const url = this.#url("/v2/");
    const first = await this.#send(url, { signal });
    if (first.status === 200) return false;
    if (first.status !== 401) throw unexpected(url, first);
    const authorization = await this.#authorize(first, undefined, signal);
    if (authorization === undefined) throw refused(url, this.#options.credentials);
    if (authorization.startsWith("Basic ")) {
      const second = await this.#send(url, withAuthorization({ signal }, authorization));
      if (second.status === 401 || second.status === 403) {
        throw refused(url, this.#options.credentials);
      }
      if (second.status !== 200) throw unexpected(url, second);
    }
    return true;
  }

  async #authorize(
    response: HttpResponse,
    scope: string | undefined,
    signal: AbortSignal,
  ): Promise<string | undefined> {
    const challenges = parseChallenges(response.headers["www-authenticate"] ?? "");
    const bearer = challenges.find(({ scheme }) => scheme === "bearer");
    if (bearer !== undefined) return `Bearer ${await this.#token(bearer, scope, signal)}`;
    const { credentials } = this.#options;
    const isBasic = challenges.some(({ scheme }) => scheme === "basic");
    return isBasic && credentials !== undefined ? basic(credentials) : undefined;
  }

  async #token(
    { parameters }: Challenge,
    scope: string | undefined,
    signal: AbortSignal,
  ): Promise<string> {
    const { host, credentials } = this.#options;
    const { realm = "", service } = parameters;
    const url = URL.parse(realm);
    if (url?.protocol !== "https:") {
      throw new RegistryError("invalid answer", `${host} names no token service that uses TLS`);
    }
    if (service !== undefined) url.searchParams.set("service", service);
    if (scope !== undefined) url.searchParams.set("scope", scope);
    const request =
      credentials === undefined ? {} : { headers: { authorization: basic(credentials) } };
    const response = await this.#send(url, { ...request, signal });
    if (response.status === 401 || response.status === 403) throw refused(url, credentials);
    if (response.status !== 200) throw unexpected(url, response);
    const token = tokenOf(response.body);
    if (token === undefined) {
      throw new RegistryError("invalid answer", `${where(url)} answers without a token`);
    }
    return token;
  }

  #send(url: URL, request: Request): Promise<HttpResponse> {
    const { ca } = this.#options;
    return send(url, { ...request, ...(ca !== undefined && { ca }) });
  }

  #url(path: string): URL {
    const { host } = this.#options;
    // What references call docker.io answers under another name.
    return new URL(path, `https://${host === "docker.io" ? "registry-1.docker.io" : host}`);
  }
}

export const basic = ({ username, password }: Credentials): string =>
  `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`;

const withAuthorization = (request: Request, authorization: string): Request => ({
  ...request,
  headers: { ...request.headers, authorization },
});

export const refused = (url: URL, credentials: Credentials | undefined): RegistryError =>
  new RegistryError(
    "refused",
    `${where(url)} refuses ${credentials === undefined ? "a request without credentials" : `the account "${credentials.username}"`}`,
  );

export const unexpected = (url: URL, { status }: HttpResponse): RegistryError =>
  new RegistryError(
    status >= 500 ? "unreachable" : "invalid answer",
    `${where(url)} answers ${status.toString()}`,
  );

/** A header takes no line break, and an error about one would print the token. */
const TOKEN = /^[\x21-\x7e]+$/;

function tokenOf(body: Buffer): string | undefined {
  try {
    const answer = JSON.parse(body.toString()) as {
      token?: unknown;
      access_token?: unknown;
    } | null;
    const token = answer?.token ?? answer?.access_token;
    return typeof token === "string" && TOKEN.test(token) ? token : undefined;
  } catch {
    return undefined;
  }
}
