import assert from "node:assert/strict";
import { ask } from "./lab.ts";

/** Where a site answers; by default the local instance, at the lab's own port. */
export type Site = Parameters<typeof ask>[1];

export interface Load<T> {
  readonly result: T;
  readonly sent: number;
  /** Why, of each request that failed. */
  readonly failures: readonly string[];
  /** The longest row of requests of which none was answered. */
  readonly secondsWithoutService: number;
}

interface Sent {
  readonly at: number;
  readonly failure?: string;
}

const INTERVAL_MS = 100;
/** Asks the database, so that it is answered only where the whole site works. */
const PAGE = "/nodeinfo/2.0";

/** Asks for a page ten times a second while `work` goes on. */
export async function underLoad<T>(
  work: () => Promise<T>,
  { site, page = PAGE }: { readonly site?: Site; readonly page?: string } = {},
): Promise<Load<T>> {
  const asked: Promise<Sent>[] = [];
  const timer = setInterval(() => asked.push(askOnce(page, site)), INTERVAL_MS);
  const result = await work().finally(() => {
    clearInterval(timer);
  });
  const sent = await Promise.all(asked);
  assert.ok(sent.length > 20, `only ${sent.length.toString()} requests`);
  return {
    result,
    sent: sent.length,
    failures: sent.flatMap(({ failure }) => failure ?? []),
    secondsWithoutService: longestOutage(sent),
  };
}

async function askOnce(page: string, site: Site): Promise<Sent> {
  const at = performance.now();
  try {
    const { status } = await ask(page, site);
    return status === 200 ? { at } : { at, failure: `status ${status.toString()}` };
  } catch (error) {
    return { at, failure: String(error) };
  }
}

/** In the order in which they were sent. */
function longestOutage(sent: readonly Sent[]): number {
  let longest = 0;
  let since: number | undefined;
  for (const { at, failure } of sent) {
    since = failure === undefined ? undefined : (since ?? at);
    if (since !== undefined) longest = Math.max(longest, at - since + INTERVAL_MS);
  }
  return Math.round(longest / 100) / 10;
}

/** For the diagnostics of a test. */
export const figures = ({ sent, failures, secondsWithoutService }: Load<unknown>): string =>
  `${failures.length.toString()} of ${sent.toString()} requests failed, ` +
  `at most ${secondsWithoutService.toString()} s without service`;
