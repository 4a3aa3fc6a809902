import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Git } from "../../checks/git/git.ts";
import { Repository } from "../../checks/git/repository.ts";
import { run } from "./run.ts";

/** A test's context is one; a measurement has its own. */
export interface CleanUp {
  after(run: () => unknown): void;
}

/** Real repositories in a folder of one test's own, without this machine's configuration of git. */
export class GitSandbox {
  readonly folder = mkdtempSync(join(tmpdir(), "git-sandbox-"));
  readonly environment = {
    PATH: process.env["PATH"],
    HOME: this.folder,
    GIT_CONFIG_NOSYSTEM: "1",
  };

  constructor(context: CleanUp) {
    context.after(() => {
      rmSync(this.folder, { recursive: true, force: true });
    });
    writeFileSync(
      join(this.folder, ".gitconfig"),
      '[user]\nname = Test\nemail = test@example.org\n[init]\ndefaultBranch = main\n[protocol "file"]\nallow = always\n[commit]\ngpgSign = false\n',
    );
  }

  path(...parts: readonly string[]): string {
    return join(this.folder, ...parts);
  }

  /** @returns what git printed, without the last line end */
  async git(folder: string, ...args: readonly string[]): Promise<string> {
    const { exitCode, output } = await run(["git", ...args], {
      cwd: folder,
      env: this.environment,
    });
    if (exitCode !== 0) throw new Error(`git ${args.join(" ")}: ${output}`);
    return output.trim();
  }

  /** A bare repository as servers have them. @returns its folder */
  async bare(name = "server.git"): Promise<string> {
    await this.git(this.folder, "init", "--quiet", "--bare", name);
    return this.path(name);
  }

  /** @returns the clone's folder */
  async clone(address: string, name: string, ...options: readonly string[]): Promise<string> {
    await this.git(this.folder, "clone", "--quiet", ...options, address, name);
    return this.path(name);
  }

  /** Writes a file and commits it. @returns the full sha */
  async commit(folder: string, file: string, content = `${file}\n`): Promise<string> {
    writeFileSync(join(folder, file), content);
    await this.git(folder, "add", file);
    await this.git(folder, "commit", "--quiet", "--message", `Add ${file}`);
    return this.git(folder, "rev-parse", "HEAD");
  }

  /** A server with one commit on main, and a clone of it. */
  async pushed(): Promise<{
    readonly server: string;
    readonly clone: string;
    readonly sha: string;
  }> {
    const server = await this.bare();
    const clone = await this.clone(`file://${server}`, "clone");
    const sha = await this.commit(clone, "index.ts");
    await this.git(clone, "push", "--quiet", "origin", "main");
    return { server, clone, sha };
  }

  repository(folder: string, environment: Readonly<Record<string, string>> = {}): Repository {
    return new Repository(
      new Git({ folder, environment: { ...this.environment, ...environment } }),
    );
  }
}
