import * as v from "valibot";
import { HttpError, type HttpResponse } from "../http.ts";
import { NoAnswer } from "../no-answer.ts";
import { askPatiently } from "../patience.ts";
import { bodyProblem, statusProblem } from "./api-problems.ts";
import type { ForgeOptions } from "./forge.ts";
import { nextPage } from "./link-header.ts";

const LOOPBACK = new Set(["localhost", "127.0.0.1", "[::1]"]);

/** A forge that pages without end would hold a check until its timeout. */
const PAGES_MAX = 100;

const USER_AGENT = "bookwyrm-deployment";

export interface ApiRequest<Body> {
  /** Below the repository, for example `branches/main`; its parts are encoded already. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body: v.GenericSchema<unknown, Body>;
}

export interface ApiOptions extends ForgeOptions {
  readonly headers: Readonly<Record<string, string>>;
  /** What stands before the token in the Authorization header. */
  readonly scheme: "Bearer" | "token";
}

/** One repository of one forge's REST API: JSON, a token, pages by Link header. */
export class RepositoryApi {
  /** For messages. */
  readonly host: string;
  readonly #options: ApiOptions;

  constructor(options: ApiOptions) {
    this.#options = options;
    this.host = URL.parse(options.api)?.host ?? "the forge";
  }

  /** @returns undefined for the status codes in `absent`. @throws NoAnswer for any other but 200 */
  async find<Body>(
    request: ApiRequest<Body>,
    absent: readonly number[],
    signal: AbortSignal,
  ): Promise<Body | undefined> {
    const url = this.#address(request);
    const response = await this.#ask(url, signal);
    if (absent.includes(response.status)) return undefined;
    return this.#read(request.body, url, response);
  }

  /** All pages of a list. @throws NoAnswer for any status code but 200 */
  async list<Body>(request: ApiRequest<Body>, signal: AbortSignal): Promise<Body[]> {
    const pages: Body[] = [];
    let url: URL | undefined = this.#address(request);
    while (url !== undefined) {
      if (pages.length === PAGES_MAX) {
        throw new NoAnswer(
          `${where(url)}: the list does not end within ${PAGES_MAX.toString()} pages.`,
          "Ask who runs this forge; no list of checks is that long.",
        );
      }
      const response = await this.#ask(url, signal);
      pages.push(this.#read(request.body, url, response));
      url = this.#nextPage(url, response);
    }
    return pages;
  }

  /** 404 is also the answer where the repository is missing, or hidden from this token. @throws NoAnswer */
  async expectRepository(signal: AbortSignal): Promise<void> {
    await this.find({ path: "", body: v.object({ id: v.number() }) }, [], signal);
  }

  #address({ path, query = {} }: ApiRequest<unknown>): URL {
    const base = repositoryAddress(this.#options);
    const url = new URL(path === "" ? base : `${base.href}/${path}`);
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
    return url;
  }

  /** The token goes with every page, so a page elsewhere is not asked for. */
  #nextPage(current: URL, { headers }: HttpResponse): URL | undefined {
    const next = nextPage(headers["link"], current);
    if (next === undefined || next.origin === current.origin) return next;
    throw new NoAnswer(
      `${where(current)}: the next page is said to be on ${next.origin}, which is not where the token may go.`,
      `Set the API's address to the one that ${this.host} uses for itself.`,
    );
  }

  async #ask(url: URL, signal: AbortSignal): Promise<HttpResponse> {
    const { ca } = this.#options;
    try {
      return await askPatiently(url, {
        headers: headersOf(this.#options, this.host),
        signal,
        ...(ca !== undefined && { ca }),
      });
    } catch (error) {
      if (!(error instanceof HttpError)) throw error;
      throw new NoAnswer(
        this.#withoutToken(error.message),
        `Check that ${this.host} is the API's host and can be reached from here, and run it again.`,
        { cause: error },
      );
    }
  }

  #read<Body>(schema: v.GenericSchema<unknown, Body>, url: URL, response: HttpResponse): Body {
    if (response.status !== 200) {
      const asked = { host: this.host, hasToken: this.#options.token !== undefined };
      const { problem, remedy } = statusProblem(response, asked);
      throw new NoAnswer(this.#withoutToken(`${where(url)}: ${problem}`), remedy);
    }
    const parsed = json(response);
    const result = parsed === undefined ? undefined : v.safeParse(schema, parsed.value);
    if (result?.success === true) return result.output;
    const { problem, remedy } = bodyProblem(response, this.host);
    throw new NoAnswer(`${where(url)}: ${problem}`, remedy);
  }

  /** A server may repeat what it was sent. */
  #withoutToken(text: string): string {
    const { token } = this.#options;
    return token === undefined ? text : text.replaceAll(token, "***");
  }
}

const where = (url: URL): string => `${url.origin}${url.pathname}`;

function json({ body }: HttpResponse): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(body.toString("utf8")) };
  } catch {
    return undefined;
  }
}

function repositoryAddress({ api, repository }: ApiOptions): URL {
  const url = URL.parse(`${api.replace(/\/+$/, "")}/repos/${repository}`);
  if (url === null || !["http:", "https:"].includes(url.protocol) || url.username !== "") {
    throw new NoAnswer(
      "The forge's API address is not an https:// address without a user.",
      "Write it like https://api.github.com, and the token in its own setting.",
    );
  }
  if (url.protocol === "http:" && !LOOPBACK.has(url.hostname)) {
    throw new NoAnswer(
      `The forge's API address ${url.origin} is not encrypted: its answers could be anybody's.`,
      "Write it with https://.",
    );
  }
  if (!/^[\w.-]+\/[\w.-]+$/.test(repository)) {
    throw new NoAnswer(
      `The forge's repository is "${repository}".`,
      "Write it as owner/name, for example uostas/ziurkes.",
    );
  }
  return url;
}

function headersOf({ token, scheme, headers }: ApiOptions, host: string): Record<string, string> {
  const common = { accept: "application/json", "user-agent": USER_AGENT, ...headers };
  if (token === undefined) return common;
  if (!/^[\x21-\x7e]+$/.test(token)) {
    throw new NoAnswer(
      `The token for ${host} is empty, or has spaces or line ends in it.`,
      "Set the token again, without the line end of the file that it came from.",
    );
  }
  return { ...common, authorization: `${scheme} ${token}` };
}
