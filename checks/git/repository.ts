import { NoAnswer } from "../no-answer.ts";
import { type Git, refused, withoutCredentials } from "./git.ts";
import { parseStatus, type Status } from "./status.ts";

/** One branch of one remote, as its server knows it. */
export interface RemoteBranch {
  /** A name that `git remote` lists, or an address. */
  readonly remote: string;
  /** Without `refs/heads/`. */
  readonly branch: string;
}

/** The clone that Pulumi runs in. Every method throws NoAnswer where git or a server gives none. */
export class Repository {
  readonly folder: string;
  readonly #git: Git;

  constructor(git: Git) {
    this.folder = git.folder;
    this.#git = git;
  }

  /** Whether the folder is in a work tree at all. */
  async exists(signal: AbortSignal): Promise<boolean> {
    const args = ["rev-parse", "--is-inside-work-tree"];
    const answer = await this.#git.run(args, signal);
    if (answer.exitCode === 0) return answer.stdout.trim() === "true";
    if (/not a git repository/i.test(answer.stderr)) return false;
    throw refused(args, answer);
  }

  /** Untracked files and changes in submodules included, whatever the configuration says. */
  async status(signal: AbortSignal): Promise<Status> {
    const whole = ["--untracked-files=all", "--ignore-submodules=none"];
    return parseStatus(
      await this.#git.ask(["status", "--porcelain=v2", "--branch", "-z", ...whole], signal),
    );
  }

  /** Tracked files that `git status` was told not to look at. */
  async unwatchedFiles(signal: AbortSignal): Promise<string[]> {
    const listed = await this.#git.ask(["ls-files", "-v", "-z", "--full-name", ":/"], signal);
    // A lower-case tag is assume-unchanged, S is skip-worktree (git-ls-files(1)).
    return listed
      .split("\0")
      .filter((entry) => /^[a-zS] /.test(entry))
      .map((entry) => entry.slice(2));
  }

  /** Files in this folder that `git status` leaves out for a pattern, also one of this machine's own configuration. */
  async ignoredFiles(signal: AbortSignal): Promise<string[]> {
    const ignored = ["--others", "--ignored", "--exclude-standard"];
    const listed = await this.#git.ask(["ls-files", "-z", ...ignored], signal);
    return listed.split("\0").filter((path) => path !== "");
  }

  /** A shallow clone lacks history, so that it cannot tell whether one commit comes before another. */
  async isShallow(signal: AbortSignal): Promise<boolean> {
    return (
      (await this.#git.ask(["rev-parse", "--is-shallow-repository"], signal)).trim() === "true"
    );
  }

  /** Where git goes for this remote, without credentials; undefined where there is no such remote. */
  async addressOf(remote: string, signal: AbortSignal): Promise<string | undefined> {
    const names = (await this.#git.ask(["remote"], signal)).split("\n");
    if (!names.includes(remote) && !/[:/]/.test(remote)) return undefined;
    return withoutCredentials(
      (await this.#git.ask(["ls-remote", "--get-url", "--", remote], signal)).trim(),
    );
  }

  /** Asks the server: `origin/main` is what it said at the last fetch. @returns undefined without such a branch */
  async tipOf({ remote, branch }: RemoteBranch, signal: AbortSignal): Promise<string | undefined> {
    const ref = `refs/heads/${branch}`;
    const listed = await this.#git.ask(["ls-remote", "--quiet", "--", remote, "HEAD", ref], signal);
    if (listed === "") {
      // Git takes a log-in page of one line for a repository without refs.
      throw new NoAnswer(
        `The remote ${withoutCredentials(remote)} lists no branch at all: it is empty, or no git server.`,
        `Look at what it says: git ls-remote ${withoutCredentials(remote)}`,
      );
    }
    // The server takes the name as a pattern that may match other refs.
    return listed
      .split("\n")
      .map((line) => line.split("\t"))
      .find(([, name]) => name === ref)?.[0];
  }

  /** Fetches the branch's objects where this clone lacks them. No ref and no FETCH_HEAD is written. */
  async fetchTip(tip: string, from: RemoteBranch, signal: AbortSignal): Promise<void> {
    const { exitCode } = await this.#git.run(["cat-file", "-e", `${tip}^{commit}`], signal);
    if (exitCode === 0) return;
    const writesNothing = [
      "--no-write-fetch-head",
      "--no-tags",
      "--no-prune",
      "--refmap=",
      "--no-auto-maintenance",
      "--no-recurse-submodules",
    ];
    await this.#git.ask(
      ["fetch", "--quiet", ...writesNothing, "--", from.remote, `refs/heads/${from.branch}`],
      signal,
    );
  }

  async isAncestor(commit: string, of: string, signal: AbortSignal): Promise<boolean> {
    const args = ["merge-base", "--is-ancestor", commit, of];
    const answer = await this.#git.run(args, signal);
    if (answer.exitCode === 0 || answer.exitCode === 1) return answer.exitCode === 0;
    throw refused(args, answer);
  }

  /** How many commits `commit` has that `base` lacks. */
  async countBeyond(base: string, commit: string, signal: AbortSignal): Promise<number> {
    return Number(await this.#git.ask(["rev-list", "--count", `${base}..${commit}`], signal));
  }
}
