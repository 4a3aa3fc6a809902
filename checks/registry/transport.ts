import { setTimeout as sleep } from "node:timers/promises";
import { ask, HttpError, type HttpRequest, type HttpResponse } from "../http.ts";
import { RegistryError } from "./registry-error.ts";

const ATTEMPTS = 3;
const FIRST_WAIT_MS = 100;
/** A server that wants a longer pause is reported rather than waited for. */
const LONGEST_WAIT_MS = 2000;
const REDIRECTS = 5;
const TRANSIENT = ["ECONNREFUSED", "ECONNRESET", "ETIMEDOUT", "EAI_AGAIN", "EPIPE"];

/**
 * Asks over TLS, follows redirects and tries again what may pass by itself. An Authorization header
 * goes to the host that it is meant for and to no other: storage behind a registry has its own.
 *
 * @throws RegistryError unreachable, rate limited or invalid answer
 */
export async function send(url: URL, request: HttpRequest): Promise<HttpResponse> {
  let target = url;
  let headers = request.headers ?? {};
  for (let redirects = 0; redirects <= REDIRECTS; redirects++) {
    if (target.protocol !== "https:") {
      throw new RegistryError(
        "invalid answer",
        `${where(url)} leads to ${where(target)} without TLS`,
      );
    }
    const response = await sendPatiently(target, { ...request, headers });
    const location = response.headers["location"];
    if (![301, 302, 303, 307, 308].includes(response.status) || location === undefined) {
      return response;
    }
    const next = URL.parse(location, target.href);
    if (next === null) {
      throw new RegistryError("invalid answer", `${where(target)} redirects to no address`);
    }
    if (next.origin !== target.origin) headers = withoutAuthorization(headers);
    target = next;
  }
  throw new RegistryError("invalid answer", `${where(url)} redirects in a circle`);
}

async function sendPatiently(url: URL, request: HttpRequest): Promise<HttpResponse> {
  for (let attempt = 1; ; attempt++) {
    const wait = FIRST_WAIT_MS * 2 ** (attempt - 1);
    try {
      const response = await ask(url, request);
      if (response.status !== 429 && response.status !== 503) return response;
      const wanted = retryAfterMs(response.headers["retry-after"]) ?? wait;
      if (attempt === ATTEMPTS || wanted > LONGEST_WAIT_MS) throw overloaded(url, response);
      await pause(url, wanted, request.signal);
    } catch (error) {
      if (!(error instanceof HttpError)) throw error;
      if (attempt === ATTEMPTS || !isTransient(error)) {
        throw new RegistryError("unreachable", error.message, { cause: error });
      }
      await pause(url, wait, request.signal);
    }
  }
}

function overloaded(url: URL, { status, headers }: HttpResponse): RegistryError {
  const after = headers["retry-after"];
  const hint = after === undefined ? "" : `, and wants to be asked again after ${after}`;
  return status === 429
    ? new RegistryError("rate limited", `${where(url)} answers 429, too many requests${hint}`)
    : new RegistryError("unreachable", `${where(url)} answers 503, out of service${hint}`);
}

/** Seconds or a date (RFC 9110, section 10.2.3). */
function retryAfterMs(header: string | undefined): number | undefined {
  if (header === undefined) return undefined;
  const ms = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - Date.now();
  return Number.isNaN(ms) ? undefined : Math.max(ms, 0);
}

async function pause(url: URL, ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch((error: unknown) => {
    throw new RegistryError("unreachable", `${where(url)}: it did not answer in time`, {
      cause: error,
    });
  });
}

const isTransient = ({ cause }: HttpError): boolean =>
  cause instanceof Error && "code" in cause && TRANSIENT.includes(String(cause.code));

const withoutAuthorization = (headers: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).filter(([name]) => name.toLowerCase() !== "authorization"),
  );

/** Without the query: a storage's query is a credential. */
export const where = ({ origin, pathname }: URL): string => `${origin}${pathname}`;
