import { between, type HostedRepository, resolve } from "./hosted-repository.ts";
import {
  type JsonAnswer,
  type JsonRequest,
  type JsonServer,
  jsonServer,
  pageOf,
  type Tls,
} from "./json-server.ts";

/** One attempt of one job, as an app such as GitHub Actions reports it. */
export interface CheckRun {
  readonly id: number;
  readonly sha: string;
  readonly name: string;
  /** @default "github-actions" */
  readonly app?: string;
  /** @default "completed" */
  readonly status?: "queued" | "in_progress" | "completed";
  readonly conclusion: string | null;
}

/** One report of a service through the older API. */
export interface CommitStatus {
  readonly id: number;
  readonly sha: string;
  readonly context: string;
  readonly state: "success" | "pending" | "failure" | "error";
}

export interface GitHubState extends HostedRepository {
  readonly checkRuns: readonly CheckRun[];
  readonly statuses: readonly CommitStatus[];
  /** Those that are valid; any other is refused, also on a public repository. */
  readonly tokens?: readonly string[];
  /** Most that a page holds. @default 100, GitHub's own */
  readonly perPageMax?: number;
  readonly limit?: "primary" | "secondary";
  readonly tls?: Tls;
}

/** When the double's hourly limit ends, in seconds since 1970. */
const RATE_LIMIT_RESET = 1_763_285_400;

/** A double of GitHub's REST API (version 2022-11-28): what the checks ask for, with its real semantics. */
export function githubDouble(state: GitHubState): Promise<JsonServer> {
  return jsonServer((request) => answer(state, request), state.tls);
}

function answer(state: GitHubState, request: JsonRequest): JsonAnswer {
  if (state.limit !== undefined) return limited(state.limit);
  const { tokens = [], isPrivate = false } = state;
  const token = request.authorization?.replace(/^Bearer /, "");
  if (token !== undefined && !tokens.includes(token)) return says(401, "Bad credentials");
  const base = `/repos/${state.name}`;
  const { pathname } = request.url;
  const isHere = pathname === base || pathname.startsWith(`${base}/`);
  if (!isHere || (isPrivate && token === undefined)) return says(404, "Not Found");
  const path = decodeURIComponent(pathname.slice(base.length + 1));
  return path === "" ? { status: 200, body: { id: 1 } } : route(state, path, request);
}

function route(state: GitHubState, path: string, request: JsonRequest): JsonAnswer {
  const [, runsOf] = /^commits\/([^/]+)\/check-runs$/.exec(path) ?? [];
  if (runsOf !== undefined) return checkRuns(state, runsOf, request);
  const [, statusOf] = /^commits\/([^/]+)\/status$/.exec(path) ?? [];
  if (statusOf !== undefined) return combinedStatus(state, statusOf, request);
  const [, commit] = /^commits\/(.+)$/.exec(path) ?? [];
  if (commit !== undefined) {
    const sha = resolve(state, commit);
    return sha === undefined
      ? says(422, `No commit found for SHA: ${commit}`)
      : { status: 200, body: { sha } };
  }
  const [, branch] = /^branches\/(.+)$/.exec(path) ?? [];
  if (branch !== undefined) {
    const found = state.branches[branch];
    if (found === undefined) return says(404, "Branch not found");
    const { sha, isProtected = false } = found;
    return { status: 200, body: { name: branch, commit: { sha }, protected: isProtected } };
  }
  const [, base, head] = /^compare\/(.+)\.\.\.(.+)$/.exec(path) ?? [];
  return base !== undefined && head !== undefined
    ? compare(state, base, head)
    : says(404, "Not Found");
}

/** Knows commits of forks too: they share the object store ("imposter commits"). */
function compare(state: GitHubState, from: string, to: string): JsonAnswer {
  const [base, head] = [resolve(state, from), resolve(state, to)];
  if (base === undefined || head === undefined) return says(404, "Not Found");
  const { ahead, behind, haveCommonAncestor } = between(state, base, head);
  if (!haveCommonAncestor) return says(404, `No common ancestor between ${from} and ${to}.`);
  return {
    status: 200,
    body: {
      status: standing(ahead.length, behind.length),
      ahead_by: ahead.length,
      behind_by: behind.length,
      total_commits: ahead.length,
    },
  };
}

function standing(ahead: number, behind: number): string {
  if (ahead > 0) return behind > 0 ? "diverged" : "ahead";
  return behind > 0 ? "behind" : "identical";
}

/** Without `filter=all` only the attempt that was completed last is shown for each name of an app. */
function checkRuns(state: GitHubState, ref: string, request: JsonRequest): JsonAnswer {
  const sha = resolve(state, ref);
  if (sha === undefined) return says(422, `No commit found for SHA: ${ref}`);
  const runs = state.checkRuns
    .filter((run) => run.sha === sha)
    .map(({ id, name, app = "github-actions", status = "completed", conclusion }) => ({
      id,
      name,
      head_sha: sha,
      status,
      conclusion,
      html_url: `https://github.com/${state.name}/runs/${id.toString()}`,
      app: { slug: app },
    }));
  const shown = request.url.searchParams.get("filter") === "all" ? runs : latestCompleted(runs);
  const { items, headers } = pageOf(shown, request, perPage(state, request));
  return { status: 200, headers, body: { total_count: shown.length, check_runs: items } };
}

interface ShownRun {
  readonly id: number;
  readonly name: string;
  readonly status: string;
  readonly app: { readonly slug: string };
}

function latestCompleted<Run extends ShownRun>(runs: readonly Run[]): Run[] {
  const byName = Map.groupBy(runs, ({ app, name }) => `${app.slug}/${name}`);
  return [...byName.values()].flatMap((attempts) => {
    const completed = attempts.filter(({ status }) => status === "completed");
    return (completed.length > 0 ? completed : attempts)
      .toSorted((a, b) => b.id - a.id)
      .slice(0, 1);
  });
}

/** `pending` also where nothing was ever reported: an empty list looks like a build that is on its way. */
function combinedStatus(state: GitHubState, ref: string, request: JsonRequest): JsonAnswer {
  const sha = resolve(state, ref);
  if (sha === undefined) return says(404, "Not Found");
  const own = state.statuses.filter((status) => status.sha === sha);
  const latest = [...Map.groupBy(own, ({ context }) => context).values()].flatMap((reports) =>
    reports.toSorted((a, b) => b.id - a.id).slice(0, 1),
  );
  const states = latest.map(({ state }) => state);
  const hasFailed = states.some((state) => state === "failure" || state === "error");
  const isPending = states.length === 0 || states.includes("pending");
  const { items, headers } = pageOf(latest, request, perPage(state, request));
  return {
    status: 200,
    headers,
    body: {
      state: hasFailed ? "failure" : isPending ? "pending" : "success",
      sha,
      total_count: latest.length,
      statuses: items.map(({ id, context, state }) => ({
        id,
        context,
        state,
        target_url: `https://ci.example.org/${id.toString()}`,
      })),
    },
  };
}

const perPage = ({ perPageMax = 100 }: GitHubState, { url }: JsonRequest): number =>
  Math.min(perPageMax, Number(url.searchParams.get("per_page") ?? "30"));

function limited(kind: "primary" | "secondary"): JsonAnswer {
  if (kind === "secondary") {
    const message = "You have exceeded a secondary rate limit. Please wait a few minutes.";
    return { ...says(403, message), headers: { "retry-after": "60" } };
  }
  return {
    ...says(403, "API rate limit exceeded for 192.0.2.1."),
    headers: { "x-ratelimit-remaining": "0", "x-ratelimit-reset": RATE_LIMIT_RESET.toString() },
  };
}

const says = (status: number, message: string): JsonAnswer => ({
  status,
  body: { message, documentation_url: "https://docs.github.com/rest" },
});
