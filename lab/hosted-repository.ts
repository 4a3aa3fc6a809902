/** What a forge's double knows of one repository. */
export interface HostedRepository {
  /** `owner/name` */
  readonly name: string;
  /** Answers 404 without a token, as forges hide what one may not see. */
  readonly isPrivate?: boolean;
  /** Parents of each commit, by full sha; also those that only a fork has. */
  readonly commits: Readonly<Record<string, readonly string[]>>;
  readonly branches: Readonly<Record<string, HostedBranch>>;
}

interface HostedBranch {
  readonly sha: string;
  readonly isProtected?: boolean;
}

/** What one of two histories has and the other has not. */
export interface Between {
  /** Full shas. */
  readonly ahead: readonly string[];
  readonly behind: readonly string[];
  readonly haveCommonAncestor: boolean;
}

export function between(repository: HostedRepository, base: string, head: string): Between {
  const inBase = historyOf(repository, base);
  const inHead = historyOf(repository, head);
  const ahead = [...inHead].filter((sha) => !inBase.has(sha));
  const behind = [...inBase].filter((sha) => !inHead.has(sha));
  return { ahead, behind, haveCommonAncestor: ahead.length < inHead.size };
}

/** A commit and everything before it. */
export function historyOf({ commits }: HostedRepository, sha: string): Set<string> {
  const history = new Set<string>();
  const next = [sha];
  for (let at = next.pop(); at !== undefined; at = next.pop()) {
    if (history.has(at)) continue;
    history.add(at);
    next.push(...(commits[at] ?? []));
  }
  return history;
}

/** By branch name first, then by the beginning of a sha that is the only one. */
export function resolve({ branches, commits }: HostedRepository, ref: string): string | undefined {
  const branch = branches[ref];
  if (branch !== undefined) return branch.sha;
  const found = Object.keys(commits).filter((sha) => sha.startsWith(ref));
  return found.length === 1 ? found[0] : undefined;
}
