import type { Check, Outcome } from "../check.ts";
import { ask } from "../http.ts";

export interface Sentry {
  /** For example `https://sentry.io`, or one's own. */
  readonly url: URL;
  readonly organisation: string;
  readonly project: string;
  /** As the SDK in the image reports it. */
  readonly release: string;
  /** Needs the rights project:read and event:read. */
  readonly token: string;
}

const ID = "sentry";

/**
 * Sentry has no new issue of this release. Silence alone proves nothing: an image without the SDK, as
 * BookWyrm's own is, is silent too, so an event of this release must have come.
 *
 * @param sentry undefined where the stack has none
 */
export const sentryCheck = (sentry: Sentry | undefined): Check => ({
  id: ID,
  run: (signal) =>
    sentry === undefined
      ? Promise.resolve({ verdict: "skipped", summary: "No Sentry is configured." })
      : judge(sentry, signal),
});

async function judge(sentry: Sentry, signal: AbortSignal): Promise<Outcome> {
  const { organisation, project, release } = sentry;
  const organisationPath = `/api/0/organizations/${encodeURIComponent(organisation)}`;
  const known = await get(
    sentry,
    new URL(`${organisationPath}/releases/${encodeURIComponent(release)}/`, sentry.url),
    signal,
  );
  const lastEvent = (known as { readonly lastEvent?: unknown } | undefined)?.lastEvent;
  if (typeof lastEvent !== "string") {
    return {
      verdict: "unknown",
      summary: `Sentry has seen no event of the release ${release}, so its silence says nothing.`,
      remedy:
        "Build the image with sentry-sdk and this release, and let it send one event when it starts.",
    };
  }
  const issues = new URL(
    `/api/0/projects/${encodeURIComponent(organisation)}/${encodeURIComponent(project)}/issues/`,
    sentry.url,
  );
  issues.searchParams.set("query", `is:unresolved firstRelease:"${release}"`);
  const found = await get(sentry, issues, signal);
  if (!Array.isArray(found)) throw new Error(`${issues.pathname}: the answer is no list`);
  const titles = found.map((issue: { title?: unknown; count?: unknown }) =>
    [issue.title, issue.count].map(String).join(", times: "),
  );
  if (titles.length === 0) {
    return {
      verdict: "pass",
      summary: `Sentry has no new issue of the release ${release}; its last event came at ${lastEvent}.`,
    };
  }
  return {
    verdict: "fail",
    summary: `Sentry has ${titles.length.toString()} unresolved issues that the release ${release} brought.`,
    evidence: titles,
    remedy: "Look at them in Sentry: resolve what is harmless, roll back for what is not.",
  };
}

const NOT_FOUND = 404;

/** undefined where there is none. @throws for any other answer but a success */
async function get({ token }: Sentry, url: URL, signal: AbortSignal): Promise<unknown> {
  const { status, body } = await ask(url, {
    headers: { authorization: `Bearer ${token}`, accept: "application/json" },
    signal,
  });
  if (status === NOT_FOUND) return undefined;
  const where = `${url.origin}${url.pathname}`;
  if (status !== 200) throw new Error(`${where} answers ${status.toString()}`);
  try {
    return JSON.parse(body.toString());
  } catch (error) {
    throw new Error(`${where}: the answer is no JSON`, { cause: error });
  }
}
