import { setTimeout as sleep } from "node:timers/promises";
import { ask, HttpError, type HttpRequest, type HttpResponse } from "./http.ts";

const ATTEMPTS = 3;
const FIRST_WAIT_MS = 100;
/** A server that wants a longer pause is reported rather than waited for. */
const LONGEST_WAIT_MS = 2000;
const READS = ["GET", "HEAD"];
const TRANSIENT = ["ECONNREFUSED", "ECONNRESET", "ETIMEDOUT", "EAI_AGAIN", "EPIPE"];

/**
 * Asks again what may pass by itself: a connection that fails, and an answer that says "too busy". Only
 * reads are sent twice, and only until the signal is aborted.
 *
 * @returns the last answer
 * @throws HttpError the last fault
 */
export async function askPatiently(url: URL, request: HttpRequest): Promise<HttpResponse> {
  const attempts = READS.includes(request.method ?? "GET") ? ATTEMPTS : 1;
  for (let attempt = 1; ; attempt++) {
    const outcome = await ask(url, request).catch((error: unknown) => error);
    const backoff = FIRST_WAIT_MS * 2 ** (attempt - 1);
    const wait = attempt < attempts ? waitAfter(outcome, backoff) : undefined;
    if (wait !== undefined && (await isStillTime(wait, request.signal))) continue;
    if (isAnswer(outcome)) return outcome;
    throw outcome;
  }
}

/** Too many requests, or out of service for now. */
export const isBusy = ({ status }: HttpResponse): boolean => status === 429 || status === 503;

const isAnswer = (outcome: unknown): outcome is HttpResponse => !(outcome instanceof Error);

/** undefined where asking again would not help, or not soon. */
function waitAfter(outcome: unknown, backoff: number): number | undefined {
  if (!isAnswer(outcome)) return isTransient(outcome) ? backoff : undefined;
  if (!isBusy(outcome)) return undefined;
  const wanted = retryAfterMs(outcome.headers["retry-after"]) ?? backoff;
  return wanted <= LONGEST_WAIT_MS ? wanted : undefined;
}

/** Seconds or a date (RFC 9110, section 10.2.3). */
function retryAfterMs(header: string | undefined): number | undefined {
  if (header === undefined) return undefined;
  const ms = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - Date.now();
  return Number.isNaN(ms) ? undefined : Math.max(ms, 0);
}

const isTransient = (error: unknown): boolean =>
  error instanceof HttpError &&
  error.cause instanceof Error &&
  "code" in error.cause &&
  TRANSIENT.includes(String(error.cause.code));

const isStillTime = (ms: number, signal: AbortSignal): Promise<boolean> =>
  sleep(ms, true, { signal }).catch(() => false);
