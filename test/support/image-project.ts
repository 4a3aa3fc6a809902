import { randomBytes } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { RegistryClient } from "../../checks/registry/registry-client.ts";
import { RegistryError } from "../../checks/registry/registry-error.ts";
import { copySample } from "../../lab/images/sample-commit.ts";
import type { Lab } from "../../lab/lab.ts";
import { NODE_PLATFORM } from "../../lab/layout.ts";
import { GitSandbox } from "./git.ts";
import { PROJECT } from "./lab.ts";
import { TestStack } from "./stack.ts";

export const VERSION = "0.9.2";

/** A stack of the project `image`, with a clone of the sample application and a repository of its own. */
export class ImageProject {
  readonly path: string;
  readonly stack: TestStack;
  readonly sandbox: GitSandbox;
  readonly clone: string;
  readonly #lab: Lab;
  readonly #base: string;

  private constructor(
    lab: Lab,
    base: string,
    { path, stack, sandbox, clone }: Pick<ImageProject, "path" | "stack" | "sandbox" | "clone">,
  ) {
    this.#lab = lab;
    this.#base = base;
    this.path = path;
    this.stack = stack;
    this.sandbox = sandbox;
    this.clone = clone;
  }

  /** @param base the image that has the libraries */
  static async create(context: TestContext, lab: Lab, base: string): Promise<ImageProject> {
    const sandbox = new GitSandbox(context);
    const { clone } = await sandbox.pushed();
    copySample(clone);
    const stack = await TestStack.create(join(PROJECT, "image"));
    context.after(() => stack[Symbol.asyncDispose]());
    const path = `uostas/test-${randomBytes(4).toString("hex")}`;
    const project = new ImageProject(lab, base, { path, stack, sandbox, clone });
    await project.commitAndPush();
    await project.configure();
    return project;
  }

  /** Another stack that builds the same commit for the same repository. */
  async second(context: TestContext): Promise<ImageProject> {
    const stack = await TestStack.create(join(PROJECT, "image"));
    context.after(() => stack[Symbol.asyncDispose]());
    const { path, sandbox, clone } = this;
    const project = new ImageProject(this.#lab, this.#base, { path, stack, sandbox, clone });
    await project.configure();
    return project;
  }

  async commitAndPush(): Promise<void> {
    await this.commit();
    await this.sandbox.git(this.clone, "push", "--quiet", "origin", "main");
  }

  async commit(): Promise<void> {
    await this.sandbox.git(this.clone, "add", "--all");
    await this.sandbox.git(this.clone, "commit", "--quiet", "--message", "Change");
  }

  change(file: string, content: string): void {
    writeFileSync(join(this.clone, file), content);
  }

  async configure(
    settings: Readonly<Record<string, unknown>> = {},
    { host = this.#lab.registry.host, password = this.password() } = {},
  ): Promise<void> {
    const all = {
      repository: `${host}/${this.path}`,
      version: VERSION,
      source: this.clone,
      base: this.#base,
      libraries: "in-base",
      platform: NODE_PLATFORM,
      registryUsername: this.#lab.registry.push.username,
      registryCaFile: this.#lab.registry.caFile,
      ...settings,
    };
    this.stack.configure(
      Object.fromEntries(
        Object.entries(all).map(([name, value]) => [`bookwyrm-image:${name}`, value]),
      ),
    );
    await this.stack.setSecrets({ "bookwyrm-image:registryPassword": password });
  }

  password(): string {
    return readFileSync(this.#lab.registry.push.passwordFile, "utf8");
  }

  client(): RegistryClient {
    const { host, caFile, push } = this.#lab.registry;
    const credentials = { username: push.username, password: this.password() };
    return new RegistryClient({ host, ca: readFileSync(caFile, "utf8"), credentials });
  }

  async tag(): Promise<string> {
    const commit = await this.sandbox.git(this.clone, "rev-parse", "HEAD");
    return `release-${VERSION}-${commit.slice(0, 12)}`;
  }

  /** undefined where the registry has no such tag. */
  async pushedDigest(): Promise<string | undefined> {
    try {
      return await this.client().resolveTag(
        this.path,
        await this.tag(),
        AbortSignal.timeout(10_000),
      );
    } catch (error) {
      if (error instanceof RegistryError && error.fault === "not found") return undefined;
      throw error;
    }
  }
}
