import * as v from "valibot";
import { NoAnswer } from "../no-answer.ts";
import { RepositoryApi } from "./api.ts";
import {
  type CheckState,
  type Comparison,
  type Forge,
  type ForgeBranch,
  type ForgeCheck,
  type ForgeOptions,
  newestOf,
} from "./forge.ts";

/** Version of GitHub's REST API that the shapes below are of. */
const API_VERSION = "2022-11-28";

const Sha = v.pipe(v.string(), v.regex(/^[0-9a-f]{40}$/));
const Commit = v.object({ sha: Sha });
const Branch = v.object({ name: v.string(), commit: Commit, protected: v.boolean() });
const Compared = v.object({
  status: v.picklist(["identical", "behind", "ahead", "diverged"]),
});

const CheckRuns = v.object({
  total_count: v.number(),
  check_runs: v.array(
    v.object({
      id: v.number(),
      name: v.string(),
      head_sha: Sha,
      status: v.string(),
      conclusion: v.nullable(v.string()),
      html_url: v.nullish(v.string()),
      app: v.nullable(v.object({ slug: v.string() })),
    }),
  ),
});
type CheckRun = v.InferOutput<typeof CheckRuns>["check_runs"][number];

const CombinedStatus = v.object({
  sha: Sha,
  total_count: v.number(),
  statuses: v.array(
    v.object({
      id: v.number(),
      context: v.string(),
      state: v.string(),
      target_url: v.nullish(v.string()),
    }),
  ),
});
type Status = v.InferOutput<typeof CombinedStatus>["statuses"][number];

const PAGE = { per_page: "100" };

/** GitHub, and GitHub Enterprise with `https://<host>/api/v3`. */
export function github(options: ForgeOptions): Forge {
  const api = new RepositoryApi({
    ...options,
    scheme: "Bearer",
    headers: { accept: "application/vnd.github+json", "x-github-api-version": API_VERSION },
  });
  return {
    name: `${api.host}, ${options.repository}`,

    /** 422 is how GitHub says that it knows no such commit, or several that begin so. */
    async findCommit(commit, signal) {
      const found = await api.find({ path: `commits/${commit}`, body: Commit }, [422], signal);
      // A branch or tag that is named like a commit is found as well.
      return found?.sha.startsWith(commit) === true ? found.sha : undefined;
    },

    async findBranch(branch, signal) {
      const path = `branches/${encodedPath(branch)}`;
      const found = await api.find({ path, body: Branch }, [404], signal);
      if (found === undefined) await api.expectRepository(signal);
      return found && { name: branch, sha: found.commit.sha, isProtected: found.protected };
    },

    /** 404 is how GitHub says that two commits have no common ancestor. */
    async compare(base: ForgeBranch, sha, signal): Promise<Comparison> {
      const path = `compare/${base.sha}...${sha}`;
      const compared = await api.find(
        { path, query: { per_page: "1" }, body: Compared },
        [404],
        signal,
      );
      const status = compared?.status;
      return status === "identical" || status === "behind" ? status : "elsewhere";
    },

    /** Actions report check runs, many other services commit statuses: both count. */
    async checksOf(sha, signal) {
      const [runs, statuses] = await Promise.all([
        // `latest` goes by the time of completion, which hides an attempt that is still running.
        api.list(
          { path: `commits/${sha}/check-runs`, query: { ...PAGE, filter: "all" }, body: CheckRuns },
          signal,
        ),
        api.list({ path: `commits/${sha}/status`, query: PAGE, body: CombinedStatus }, signal),
      ]);
      const checkRuns = runs.flatMap((page) => page.check_runs);
      const contexts = statuses.flatMap((page) => page.statuses);
      expectAll(checkRuns.length, runs.at(-1)?.total_count, `${api.host}: the check runs`);
      expectAll(contexts.length, statuses.at(-1)?.total_count, `${api.host}: the statuses`);
      const judged = [...checkRuns.map((run) => run.head_sha), ...statuses.map((page) => page.sha)];
      if (judged.some((other) => other !== sha)) {
        throw new NoAnswer(
          `${api.host} was asked about ${sha} and answered about another commit.`,
          "Run it again; if it stays so, look at the proxies in between.",
        );
      }
      return [
        ...newestOf(checkRuns, ({ app, name }) => `${app?.slug ?? ""}/${name}`).map(fromCheckRun),
        ...newestOf(contexts, ({ context }) => context).map(fromStatus),
      ];
    },
  };
}

/** A list that lacks entries could lack the very one that failed. */
function expectAll(found: number, total: number | undefined, what: string): void {
  if (total === undefined || found >= total) return;
  throw new NoAnswer(
    `${what} came incomplete: ${found.toString()} of ${total.toString()}.`,
    "Run it again: the list changed while it was read, or a proxy drops the Link header.",
  );
}

function fromCheckRun({ name, app, status, conclusion, html_url }: CheckRun): ForgeCheck {
  return {
    name,
    reporter: app?.slug ?? "an app",
    state: status === "completed" ? stateOf(conclusion ?? "") : "pending",
    said: conclusion ?? status,
    url: html_url ?? undefined,
  };
}

function fromStatus({ context, state, target_url }: Status): ForgeCheck {
  return {
    name: context,
    reporter: "commit status",
    state: stateOf(state),
    said: state,
    url: target_url ?? undefined,
  };
}

/** cancelled, timed_out, action_required, stale, startup_failure, error, and what GitHub adds next: all failures. */
function stateOf(word: string): CheckState {
  switch (word) {
    case "success":
    case "neutral":
    case "skipped":
    case "pending":
      return word;
    default:
      return "failure";
  }
}

const encodedPath = (path: string): string => path.split("/").map(encodeURIComponent).join("/");
