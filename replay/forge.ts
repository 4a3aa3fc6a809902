import { type CheckRun, githubDouble } from "../lab/github.ts";

const NAME = "uostas/ziurkes";
const REQUIRED_CHECK = "build";

/** The team's repository on GitHub's double. */
export interface Forge {
  /** `guardrails.forge` of a stack. */
  readonly guardrail: object;
  /** Puts a commit on the protected branch, where CI builds it at once. */
  readonly push: (commit: string) => void;
  readonly close: () => void;
}

/** @param first Full sha of the commit that is there already. */
export async function forge(first: string): Promise<Forge> {
  const commits: Record<string, readonly string[]> = {};
  const branches: Record<string, { readonly sha: string; readonly isProtected: true }> = {};
  const checkRuns: CheckRun[] = [];
  const push = (commit: string): void => {
    const { main } = branches;
    commits[commit] = main === undefined ? [] : [main.sha];
    branches["main"] = { sha: commit, isProtected: true };
    const id = checkRuns.length + 1;
    checkRuns.push({ id, sha: commit, name: REQUIRED_CHECK, conclusion: "success" });
  };
  push(first);
  const server = await githubDouble({ name: NAME, commits, branches, checkRuns, statuses: [] });
  return {
    guardrail: {
      kind: "github",
      api: server.address,
      repository: NAME,
      requiredChecks: [REQUIRED_CHECK],
    },
    push,
    close: () => {
      server.close();
    },
  };
}
