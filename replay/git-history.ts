import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Git } from "../checks/git/git.ts";
import { Repository } from "../checks/git/repository.ts";
import { mustRun } from "./run.ts";

export const BRANCH = "main";
export const REMOTE = "origin";

/** A git server's repository and a clone of it, in a folder of its own, as the team had them. */
export class GitHistory implements Disposable {
  readonly #folder = mkdtempSync(join(tmpdir(), "bookwyrm-replay-"));
  readonly #clone = join(this.#folder, "clone");

  static async create(): Promise<GitHistory> {
    const history = new GitHistory();
    await mustRun(["git", "init", "--quiet", "--bare", "server.git"], { cwd: history.#folder });
    await mustRun(["git", "clone", "--quiet", "server.git", "clone"], { cwd: history.#folder });
    await history.commit("Upgrade to 0.8.2");
    await history.push();
    return history;
  }

  async commit(message: string): Promise<void> {
    writeFileSync(join(this.#clone, "Dockerfile"), `# ${message}\n`);
    await this.#git("add", "Dockerfile");
    await this.#git("commit", "--quiet", "--no-gpg-sign", "--message", message);
  }

  async push(): Promise<void> {
    await this.#git("push", "--quiet", REMOTE, `HEAD:${BRANCH}`);
  }

  get repository(): Repository {
    return new Repository(new Git({ folder: this.#clone, environment: process.env }));
  }

  async #git(...args: readonly string[]): Promise<void> {
    const author = ["-c", "user.name=Replay", "-c", "user.email=replay@example.org"];
    await mustRun(["git", ...author, ...args], { cwd: this.#clone });
  }

  [Symbol.dispose](): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
