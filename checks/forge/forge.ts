/** A place that hosts git and says what CI found, such as GitHub. Its methods throw NoAnswer where it gives none. */
export interface Forge {
  /** For messages, for example `github.example.org, uostas/ziurkes`. */
  readonly name: string;
  /** @returns the full sha of what 7 to 40 hex digits name; undefined where they name no commit, or several */
  findCommit(commit: string, signal: AbortSignal): Promise<string | undefined>;
  /** @returns undefined where there is no such branch */
  findBranch(branch: string, signal: AbortSignal): Promise<ForgeBranch | undefined>;
  /**
   * Where `sha` stands as seen from a branch. That a forge knows a commit proves nothing: it also
   * shows those that were only ever pushed to somebody's fork.
   */
  compare(base: ForgeBranch, sha: string, signal: AbortSignal): Promise<Comparison>;
  /** The newest attempt of everything that reported on exactly this commit. */
  checksOf(sha: string, signal: AbortSignal): Promise<readonly ForgeCheck[]>;
}

export interface ForgeBranch {
  readonly name: string;
  /** Full sha of its tip. */
  readonly sha: string;
  readonly isProtected: boolean;
}

/** `identical`: the tip itself; `behind`: in the branch's history; `elsewhere`: in neither. */
export type Comparison = "identical" | "behind" | "elsewhere";

export interface ForgeCheck {
  /** What branch protection calls it: a job's name, or a status's context. */
  readonly name: string;
  /** Who reported, for example `github-actions`. */
  readonly reporter: string;
  readonly state: CheckState;
  /** The forge's own word for the state, for people. */
  readonly said: string;
  readonly url: string | undefined;
}

export type CheckState = "success" | "neutral" | "skipped" | "pending" | "failure";

export interface ForgeOptions {
  /** Base address of the API, for example `https://api.github.com`; `http:` for loopback hosts only. */
  readonly api: string;
  /** `owner/name` */
  readonly repository: string;
  /** Sent to the API's own host and nowhere else; public repositories can be read without. */
  readonly token?: string;
  /** PEM of an authority that is trusted beside none other. */
  readonly ca?: string;
}

/** Of two attempts the one with the higher id is the newer: forges count up. @returns one for each key */
export function newestOf<Attempt extends { readonly id: number }>(
  attempts: readonly Attempt[],
  keyOf: (attempt: Attempt) => string,
): Attempt[] {
  const newest = new Map<string, Attempt>();
  for (const attempt of attempts) {
    const key = keyOf(attempt);
    const known = newest.get(key);
    if (known === undefined || known.id < attempt.id) newest.set(key, attempt);
  }
  return [...newest.values()];
}
