import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import { output, PROJECT, pulumi } from "./lab.ts";
import type { Result, RunOptions } from "./run.ts";

export interface StateResource {
  readonly type: string;
  readonly urn: string;
  readonly id?: string;
  readonly inputs?: Readonly<Record<string, unknown>>;
  readonly outputs?: Readonly<Record<string, unknown>>;
  readonly initErrors?: readonly string[];
}

/** A stack of its own in the lab's backend, with a settings file outside the checkout. */
export class TestStack implements AsyncDisposable {
  readonly name = `test-${randomBytes(4).toString("hex")}`;
  readonly #folder = mkdtempSync(join(tmpdir(), "bookwyrm-test-"));
  readonly #program: string;
  readonly configFile = join(this.#folder, "Pulumi.yaml");

  private constructor(program: string) {
    this.#program = program;
  }

  /** @param program folder of a Pulumi program, by default this project's */
  static async create(program = PROJECT): Promise<TestStack> {
    const stack = new TestStack(program);
    await output(["pulumi", "stack", "init", stack.name, "--no-select", "--non-interactive"], {
      cwd: program,
    });
    return stack;
  }

  /** Replaces all settings that are not secret. */
  configure(config: Readonly<Record<string, unknown>>): void {
    writeFileSync(this.configFile, stringify({ config }));
  }

  /** Adds secrets to the settings, encrypted as a user's are. */
  async setSecrets(secrets: Readonly<Record<string, string>>): Promise<void> {
    const args = ["config", "set-all", "--stack", this.name, "--config-file", this.configFile];
    for (const [name, value] of Object.entries(secrets)) args.push("--secret", `${name}=${value}`);
    await output(["pulumi", ...args], { cwd: this.#program });
  }

  /** Runs `pulumi <command>` on this stack. */
  run(command: string, args: readonly string[] = [], options: RunOptions = {}): Promise<Result> {
    return pulumi([command, "--stack", this.name, "--config-file", this.configFile, ...args], {
      ...options,
      cwd: this.#program,
    });
  }

  up(options: RunOptions = {}): Promise<Result> {
    return this.run("up", ["--yes", "--skip-preview"], options);
  }

  async state(): Promise<readonly StateResource[]> {
    const text = await output(["pulumi", "stack", "export", "--stack", this.name], {
      cwd: this.#program,
    });
    const state = JSON.parse(text) as {
      readonly deployment: { readonly resources?: readonly StateResource[] };
    };
    return state.deployment.resources ?? [];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.run("destroy", ["--yes", "--skip-preview", "--continue-on-error"]);
    await pulumi(["stack", "rm", this.name, "--yes", "--force"], {
      cwd: this.#program,
    });
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
