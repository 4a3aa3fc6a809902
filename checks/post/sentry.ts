import * as v from "valibot";
import type { Check, Outcome } from "../check.ts";
import { NoAnswer } from "../no-answer.ts";
import { askPatiently } from "../patience.ts";

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

const Release = v.object({ version: v.string(), lastEvent: v.nullable(v.string()) });
const Issues = v.array(v.object({ title: v.string(), count: v.nullish(v.unknown()) }));

async function judge(sentry: Sentry, signal: AbortSignal): Promise<Outcome> {
  const { url, organisation, project, release } = sentry;
  const organisationPath = `/api/0/organizations/${encodeURIComponent(organisation)}`;
  const ofRelease = new URL(`${organisationPath}/releases/${encodeURIComponent(release)}/`, url);
  const { status, read } = await get(sentry, ofRelease, signal);
  const lastEvent = status === NOT_FOUND ? null : read(Release).lastEvent;
  if (lastEvent === null) {
    return {
      verdict: "unknown",
      summary: `Sentry has seen no event of the release ${release}, so its silence says nothing.`,
      remedy:
        "Build the image with sentry-sdk and this release, and let it send one event when it starts.",
    };
  }
  const issues = new URL(
    `/api/0/projects/${encodeURIComponent(organisation)}/${encodeURIComponent(project)}/issues/`,
    url,
  );
  issues.searchParams.set("query", `is:unresolved firstRelease:"${release}"`);
  const found = (await get(sentry, issues, signal)).read(Issues);
  const titles = found.map(({ title, count }) => [title, count].map(String).join(", times: "));
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

interface Answer {
  readonly status: number;
  /** @throws NoAnswer for anything but a success in the form that Sentry gives it */
  readonly read: <T>(form: v.GenericSchema<unknown, T>) => T;
}

async function get({ token }: Sentry, url: URL, signal: AbortSignal): Promise<Answer> {
  const { status, body } = await askPatiently(url, {
    headers: { authorization: `Bearer ${token}`, accept: "application/json" },
    signal,
  });
  const where = `${url.origin}${url.pathname}`;
  return {
    status,
    read: (form) => {
      if (status !== 200) {
        throw new NoAnswer(`${where} answers ${status.toString()}`, remedyFor(status, url));
      }
      const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), form), body.toString());
      if (parsed.success) return parsed.output;
      throw new NoAnswer(
        `${where} does not answer as Sentry does`,
        `Look at verification.sentry.url, and at what stands between here and ${url.host}.`,
      );
    },
  };
}

const remedyFor = (status: number, { host }: URL): string =>
  [401, 403, NOT_FOUND].includes(status)
    ? "Look at the organisation and the project of verification.sentry, and set a sentryToken that may read both."
    : `Run it again; if it stays so, look at ${host}.`;
