import type { HttpResponse } from "../http.ts";

/** Why an answer cannot be used; the problem reads on from the address. */
interface Problem {
  readonly problem: string;
  readonly remedy: string;
}

interface Asked {
  readonly host: string;
  readonly hasToken: boolean;
}

/** How much of a server's own words is repeated. */
const WORDS_MAX = 160;

export function statusProblem(response: HttpResponse, { host, hasToken }: Asked): Problem {
  const { status } = response;
  const answered = `answers ${status.toString()}${saidIn(response)}`;
  const limit = rateLimit(response);
  if (limit !== undefined) {
    return {
      problem: `the rate limit is used up (${status.toString()})`,
      remedy: `${limit}${hasToken ? "" : " With a token the limit is far higher."}`,
    };
  }
  if (status === 401) {
    return {
      problem: answered,
      remedy: hasToken
        ? `The token for ${host} is wrong, expired or revoked: set a new one.`
        : `${host} wants a token: set one that may read this repository.`,
    };
  }
  if (status === 403 || status === 404) {
    return {
      problem: answered,
      remedy: hasToken
        ? "Check the repository's name and that the token may read its code, statuses and checks."
        : "Check the repository's name; a private one needs a token that may read it.",
    };
  }
  if (status >= 300 && status < 400) {
    return {
      problem: `${answered}, a redirect, which is not followed`,
      remedy: "The repository or the forge has moved: write its present address and name.",
    };
  }
  return {
    problem: answered,
    remedy: status >= 500 ? `Run it again; if it stays so, ${host} is out of order.` : report(host),
  };
}

export function bodyProblem({ headers, body }: HttpResponse, host: string): Problem {
  if (body.length === 0) {
    return { problem: "answers 200 with nothing in it", remedy: report(host) };
  }
  if (/text\/html/i.test(headers["content-type"] ?? "")) {
    return {
      problem: "answers with a page for people where JSON is due, such as a log-in page",
      remedy:
        "Write the address of the API, not of the web pages; a proxy in between may want a log-in.",
    };
  }
  return {
    problem: "answers 200 with JSON that is not of the documented form",
    remedy: report(host),
  };
}

const report = (host: string): string =>
  `Run it again; if it stays so, look at what ${host} sends.`;

/**
 * GitHub answers 403 or 429 for both its limits: the hourly one says when it ends, the secondary one how
 * long to wait, and neither is told from missing rights by its status code (docs.github.com, REST rate limits).
 */
function rateLimit({ status, headers, body }: HttpResponse): string | undefined {
  if (status !== 403 && status !== 429) return undefined;
  const reset = Number(headers["x-ratelimit-reset"]);
  if (headers["x-ratelimit-remaining"] === "0" && Number.isSafeInteger(reset) && reset > 0) {
    return `Run it again after ${new Date(reset * 1000).toISOString()}.`;
  }
  const wait = headers["retry-after"];
  if (wait !== undefined && /^[\w ,:+-]{1,40}$/.test(wait)) {
    return /^\d+$/.test(wait) ? `Run it again in ${wait} s.` : `Run it again after ${wait}.`;
  }
  const isLimit = status === 429 || /rate limit/i.test(body.toString("utf8"));
  return isLimit ? "Run it again in some minutes." : undefined;
}

/** What the server says itself, where that is short enough to be meant for people. */
function saidIn({ body }: HttpResponse): string {
  const message = /"message"\s*:\s*"((?:[^"\\]|\\.)*)"/.exec(body.toString("utf8"))?.[1] ?? "";
  return message === "" ? "" : ` ("${message.slice(0, WORDS_MAX)}")`;
}
