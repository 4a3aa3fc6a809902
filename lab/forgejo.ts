import { between, type HostedRepository, historyOf, resolve } from "./hosted-repository.ts";
import {
  type JsonAnswer,
  type JsonRequest,
  type JsonServer,
  jsonServer,
  pageOf,
  type Tls,
} from "./json-server.ts";

export interface ForgejoStatus {
  readonly id: number;
  readonly sha: string;
  readonly context: string;
  readonly status: "success" | "pending" | "failure" | "error" | "warning" | "skipped";
}

export interface ForgejoState extends HostedRepository {
  readonly statuses: readonly ForgejoStatus[];
  readonly tokens?: readonly string[];
  /** Most that a page holds. @default 50, Forgejo's own */
  readonly perPageMax?: number;
  readonly tls?: Tls;
}

const API = "/api/v1";

/**
 * A double of Forgejo's API v1 (12; Gitea's is the same here): what the checks ask for, and `compare`,
 * whose answer for unrelated histories is why they do not ask for that.
 *
 * @returns its address ends with the API's path
 */
export async function forgejoDouble(state: ForgejoState): Promise<JsonServer> {
  const server = await jsonServer((request) => answer(state, request), state.tls);
  return { ...server, address: `${server.address}${API}` };
}

function answer(state: ForgejoState, request: JsonRequest): JsonAnswer {
  const { tokens = [], isPrivate = false } = state;
  const token = request.authorization?.replace(/^token /, "");
  if (token !== undefined && !tokens.includes(token)) return says(401, "token is required");
  const base = `${API}/repos/${state.name}`;
  const { pathname } = request.url;
  const isHere = pathname === base || pathname.startsWith(`${base}/`);
  if (!isHere || (isPrivate && token === undefined))
    return says(404, "The target couldn't be found.");
  const path = decodeURIComponent(pathname.slice(base.length + 1));
  return path === "" ? { status: 200, body: { id: 1 } } : route(state, path, request);
}

function route(state: ForgejoState, path: string, request: JsonRequest): JsonAnswer {
  const [, commit] = /^git\/commits\/(.+)$/.exec(path) ?? [];
  if (commit !== undefined) {
    const sha = resolve(state, commit);
    return sha === undefined ? says(404, commit) : { status: 200, body: { sha } };
  }
  const [, branch] = /^branches\/(.+)$/.exec(path) ?? [];
  if (branch !== undefined) {
    const found = state.branches[branch];
    if (found === undefined) return says(404, "The target couldn't be found.");
    const { sha, isProtected = false } = found;
    return { status: 200, body: { name: branch, commit: { id: sha }, protected: isProtected } };
  }
  if (path === "commits") return commits(state, request);
  const [, statusesOf] = /^commits\/([^/]+)\/statuses$/.exec(path) ?? [];
  if (statusesOf !== undefined) return statuses(state, statusesOf, request);
  const [, base, head] = /^compare\/(.+)\.\.\.(.+)$/.exec(path) ?? [];
  return base !== undefined && head !== undefined
    ? compare(state, base, head)
    : says(404, "The target couldn't be found.");
}

/** `git rev-list <sha> --not <not>` */
function commits(state: ForgejoState, request: JsonRequest): JsonAnswer {
  const sha = resolve(state, request.url.searchParams.get("sha") ?? "");
  if (sha === undefined) return says(404, "object does not exist");
  const not = resolve(state, request.url.searchParams.get("not") ?? "");
  const found = not === undefined ? [...historyOf(state, sha)] : between(state, not, sha).ahead;
  const listed = found.map((each) => ({ sha: each }));
  const { items, headers } = pageOf(listed, request, perPage(state, request));
  return {
    status: 200,
    headers: { ...headers, "x-total-count": listed.length.toString() },
    body: items,
  };
}

/** No commit between two histories that have nothing in common (modules/git/repo_compare.go). */
function compare(state: ForgejoState, from: string, to: string): JsonAnswer {
  const [base, head] = [resolve(state, from), resolve(state, to)];
  if (base === undefined || head === undefined) return says(404, "could not find a commit");
  const { ahead, haveCommonAncestor } = between(state, base, head);
  const listed = haveCommonAncestor ? ahead : [];
  const body = { total_commits: listed.length, commits: listed.map((sha) => ({ sha })) };
  return { status: 200, body };
}

/** Every report that was ever made, the newest first. */
function statuses(state: ForgejoState, ref: string, request: JsonRequest): JsonAnswer {
  const sha = resolve(state, ref);
  if (sha === undefined) return says(404, "The target couldn't be found.");
  const own = state.statuses
    .filter((status) => status.sha === sha)
    .toSorted((a, b) => b.id - a.id)
    .map(({ id, context, status }) => ({
      id,
      context,
      status,
      target_url: `https://ci.example.org/${id.toString()}`,
    }));
  const { items, headers } = pageOf(own, request, perPage(state, request));
  return { status: 200, headers, body: items };
}

const perPage = ({ perPageMax = 50 }: ForgejoState, { url }: JsonRequest): number =>
  Math.min(perPageMax, Number(url.searchParams.get("limit") ?? "30"));

const says = (status: number, message: string): JsonAnswer => ({
  status,
  body: { message, url: "https://forge.example.org/api/swagger" },
});
