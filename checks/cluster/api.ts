import { isIP } from "node:net";
import type { RequestOptions } from "node:https";
import type { KubeConfig } from "@kubernetes/client-node";
import { type ask, HttpError, type HttpRequest, type HttpResponse } from "../http.ts";
import { askPatiently } from "../patience.ts";
import { ClusterError, ConflictError } from "./cluster.ts";
import { redactor } from "./redact.ts";

/** One question to the API server. Reads are asked patiently, unless `by` says otherwise. @throws ClusterError */
export type Request = (
  path: string,
  request: HttpRequest,
  by?: typeof ask,
) => Promise<HttpResponse>;

export const requester = (config: KubeConfig, server: string): Request => {
  const isBehindProxy = config.getCurrentCluster()?.proxyUrl !== undefined;
  return async (path, request, by = askPatiently) => {
    const url = new URL(server.replace(/\/$/, "") + path);
    const options: RequestOptions = {};
    await config.applyToHTTPSOptions(options);
    const { agent, headers, ...connection } = options;
    const answer = by(url, {
      ...request,
      headers: { ...(headers as Record<string, string> | undefined), ...request.headers },
      connection: {
        // Node.js would take the name from the Host header, which may be the site's. The library's
        // agent forces it to; Node.js's own also keeps connections open.
        servername: isIP(url.hostname) ? "" : url.hostname,
        ...connection,
        ...(isBehindProxy && { agent }),
      },
    });
    return answer.catch((error: unknown) => {
      throw error instanceof HttpError ? new ClusterError(error.message, { cause: error }) : error;
    });
  };
};

/** A page of pods stays well below what one answer may hold, managed fields and all. */
const PAGE_SIZE = 250;

interface Page {
  readonly items?: unknown;
  readonly metadata?: { readonly continue?: string };
}

/** Who set which field is half of every object, and nothing that a check reads. */
interface Managed {
  readonly metadata: { readonly name: string; managedFields?: unknown };
}

/** Every object of the API has a name; what stands in between may answer with anything. */
const isObject = (answer: unknown): answer is Managed =>
  typeof (answer as { readonly metadata?: { readonly name?: unknown } } | null)?.metadata?.name ===
  "string";

export async function listAll<Item>(
  request: Request,
  path: string,
  signal: AbortSignal,
): Promise<Item[]> {
  const items: Item[] = [];
  let next: string | undefined = "";
  while (next !== undefined) {
    const query = new URLSearchParams({ limit: PAGE_SIZE.toString(), continue: next });
    const response = await request(`${path}?${query.toString()}`, { signal });
    const page = parse(path, judge(path, response)) as Page | null;
    if (!Array.isArray(page?.items) || !page.items.every(isObject)) {
      throw new ClusterError(`${path}: the answer is no list`);
    }
    for (const item of page.items) {
      delete item.metadata.managedFields;
      items.push(item as Item);
    }
    next = page.metadata?.continue === "" ? undefined : page.metadata?.continue;
  }
  return items;
}

/** undefined where there is none. */
export async function find<Item>(
  request: Request,
  path: string,
  signal: AbortSignal,
): Promise<Item | undefined> {
  const response = await request(path, { signal });
  if (response.status === NOT_FOUND) return undefined;
  const found = parse(path, judge(path, response));
  if (!isObject(found)) throw new ClusterError(`${path}: the answer is no object`);
  return found as Item;
}

export const NOT_FOUND = 404;
const CONFLICT = 409;
const UNAUTHORIZED = 401;
const FORBIDDEN = 403;

/** @throws ClusterError for anything but a success */
export function judge(path: string, response: HttpResponse): HttpResponse {
  const { status, body } = response;
  if (status >= 200 && status < 300) return response;
  if (status === CONFLICT) throw new ConflictError(`${path}: somebody else wrote it meanwhile`);
  if (status === UNAUTHORIZED) {
    throw new ClusterError(`${path}: the API server does not accept the kubeconfig's credentials`);
  }
  // Whatever stands in between may repeat what it was sent.
  const reason = withoutCredentials(messageOf(body.toString()));
  if (status === FORBIDDEN) throw new ClusterError(`${path}: not allowed: ${reason}`);
  throw new ClusterError(`${path}: the API server answers ${status.toString()}: ${reason}`);
}

const withoutCredentials = redactor([]);

/** The API server says what is wrong in an object of kind Status; a proxy before it may say anything. */
function messageOf(body: string): string {
  try {
    const { message } = JSON.parse(body) as { readonly message?: unknown };
    if (typeof message === "string") return message;
  } catch {
    // No JSON: the text itself.
  }
  return body.trim().slice(0, 200) || "nothing";
}

export function parse(path: string, { body }: HttpResponse): unknown {
  try {
    return JSON.parse(body.toString());
  } catch (error) {
    throw new ClusterError(`${path}: the answer is no JSON`, { cause: error });
  }
}
