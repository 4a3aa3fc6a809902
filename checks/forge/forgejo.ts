import * as v from "valibot";
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

const Sha = v.pipe(v.string(), v.regex(/^[0-9a-f]{40}$/));
const Commits = v.array(v.object({ sha: Sha }));
const Branch = v.object({
  name: v.string(),
  commit: v.object({ id: Sha }),
  protected: v.boolean(),
});

const Statuses = v.array(
  v.object({
    id: v.number(),
    context: v.string(),
    status: v.string(),
    target_url: v.nullish(v.string()),
  }),
);
type Status = v.InferOutput<typeof Statuses>[number];

/** Most that a page holds by default (Forgejo, MAX_RESPONSE_ITEMS). */
const PAGE = { limit: "50" };

/** Forgejo and Gitea from 1.20 on, with `https://<host>/api/v1`. */
export function forgejo(options: ForgeOptions): Forge {
  const api = new RepositoryApi({ ...options, scheme: "token", headers: {} });
  return {
    name: `${api.host}, ${options.repository}`,

    async findCommit(commit, signal) {
      const path = `git/commits/${commit}`;
      const query = { stat: "false", verification: "false", files: "false" };
      const body = v.object({ sha: Sha });
      const found = await api.find({ path, query, body }, [404, 422], signal);
      if (found === undefined) await api.expectRepository(signal);
      // A branch or tag that is named like a commit is found as well.
      return found?.sha.startsWith(commit) === true ? found.sha : undefined;
    },

    async findBranch(branch, signal) {
      const path = `branches/${branch.split("/").map(encodeURIComponent).join("/")}`;
      const found = await api.find({ path, body: Branch }, [404], signal);
      if (found === undefined) await api.expectRepository(signal);
      return found && { name: branch, sha: found.commit.id, isProtected: found.protected };
    },

    /**
     * Asks for the commits that `sha` has and the branch has not. The compare API is no help: for two
     * histories without a common ancestor it answers that there is no commit between them, as for a
     * commit of the branch (Forgejo and Gitea, modules/git/repo_compare.go, GetCompareInfo).
     */
    async compare(base: ForgeBranch, sha, signal): Promise<Comparison> {
      if (base.sha === sha) return "identical";
      const query = {
        sha,
        not: base.sha,
        limit: "1",
        stat: "false",
        verification: "false",
        files: "false",
      };
      const beyond = await api.find({ path: "commits", query, body: Commits }, [404], signal);
      return beyond?.length === 0 ? "behind" : "elsewhere";
    },

    /** There are no check runs here: Actions and Woodpecker both report commit statuses. */
    async checksOf(sha, signal) {
      const pages = await api.list(
        { path: `commits/${sha}/statuses`, query: PAGE, body: Statuses },
        signal,
      );
      return newestOf(pages.flat(), ({ context }) => context).map(fromStatus);
    },
  };
}

function fromStatus({ context, status, target_url }: Status): ForgeCheck {
  return {
    name: context,
    reporter: "commit status",
    state: stateOf(status),
    said: status,
    url: target_url ?? undefined,
  };
}

/** `warning`, `error` and what Forgejo adds next are failures. */
function stateOf(word: string): CheckState {
  return word === "success" || word === "pending" || word === "skipped" ? word : "failure";
}
