import assert from "node:assert/strict";
import {
  appendFileSync,
  cpSync,
  mkdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join, relative } from "node:path";
import { parseDocument } from "yaml";
import { type CleanUp, GitSandbox } from "./git.ts";
import { inLab, PROJECT } from "./lab.ts";

/** Files and folders that are not of the project, or that no reader needs. */
const LEFT_OUT =
  /^(node_modules|\.git|reports|replay-report|test)(\/|$)|Pulumi\.(local|test-.*)\.yaml$/;

/** Somebody who follows the documentation: in a clone of this project, with a backend of Pulumi of their own. */
export class Reader {
  readonly sandbox: GitSandbox;
  readonly clone: string;
  readonly #env: Readonly<Record<string, string>>;

  private constructor(sandbox: GitSandbox, clone: string) {
    this.sandbox = sandbox;
    this.clone = clone;
    this.#env = {
      GIT_CONFIG_GLOBAL: sandbox.path(".gitconfig"),
      PULUMI_BACKEND_URL: `file://${sandbox.path("backend")}`,
      PULUMI_HOME: sandbox.path("pulumi"),
    };
  }

  static async create(context: CleanUp): Promise<Reader> {
    const sandbox = new GitSandbox(context);
    const server = await sandbox.bare("deployment.git");
    const clone = await sandbox.clone(`file://${server}`, "deployment");
    cpSync(PROJECT, clone, {
      recursive: true,
      filter: (file) => !LEFT_OUT.test(relative(PROJECT, file)),
    });
    symlinkSync(join(PROJECT, "node_modules"), join(clone, "node_modules"));
    appendFileSync(join(clone, ".git/info/exclude"), "/node_modules\n");
    mkdirSync(sandbox.path("backend"));
    return new Reader(sandbox, clone);
  }

  /** @returns what it printed @throws AssertionError with that, where a command fails */
  async types(script: string): Promise<string> {
    const { exitCode, output } = await inLab(["bash", "-exc", script], {
      cwd: this.clone,
      env: this.#env,
    });
    assert.equal(exitCode, 0, output);
    return output;
  }

  read(file: string): string {
    return readFileSync(join(this.clone, file), "utf8");
  }

  /** Changes a file of settings as in an editor. Paths have a blank between their names; undefined takes a setting out. */
  edit(file: string, settings: Readonly<Record<string, unknown>>): void {
    const document = parseDocument(this.read(file));
    for (const [path, value] of Object.entries(settings)) {
      const names = ["config", ...path.split(" ")];
      if (value === undefined) document.deleteIn(names);
      else document.setIn(names, value);
    }
    this.write(file, document.toString({ lineWidth: 0 }));
  }

  write(file: string, text: string): void {
    writeFileSync(join(this.clone, file), text);
  }

  /** The lines of each block of a page, without their comments. */
  blocks(page: string, language = "sh"): string[][] {
    const blocks = new RegExp(`\\n\`\`\`${language}\\n(.*?)\\n\`\`\`\\n`, "gs");
    return [...this.read(page).matchAll(blocks)].map(([, block = ""]) =>
      block.split("\n").map((line) => line.replace(/ +#.*/, "")),
    );
  }
}
