import { HttpError, type HttpRequest, type HttpResponse } from "../http.ts";
import { askPatiently, isBusy } from "../patience.ts";
import { printable } from "../text.ts";
import { RegistryError } from "./registry-error.ts";

const REDIRECTS = 5;

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
    const response = await answerOf(target, { ...request, headers });
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

async function answerOf(url: URL, request: HttpRequest): Promise<HttpResponse> {
  const response = await askPatiently(url, request).catch((error: unknown) => {
    if (!(error instanceof HttpError)) throw error;
    throw new RegistryError("unreachable", error.message, { cause: error });
  });
  if (isBusy(response)) throw overloaded(url, response);
  return response;
}

function overloaded(url: URL, { status, headers }: HttpResponse): RegistryError {
  const after = headers["retry-after"];
  const unit = /^\d+$/.test(after ?? "") ? " s" : "";
  const hint =
    after === undefined ? "" : `, and wants to be asked again after ${printable(after)}${unit}`;
  return status === 429
    ? new RegistryError("rate limited", `${where(url)} answers 429, too many requests${hint}`)
    : new RegistryError("unreachable", `${where(url)} answers 503, out of service${hint}`);
}

const withoutAuthorization = (headers: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).filter(([name]) => name.toLowerCase() !== "authorization"),
  );

/** Without the query: a storage's query is a credential. */
export const where = ({ origin, pathname }: URL): string => `${origin}${pathname}`;
