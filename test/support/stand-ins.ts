import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const PATIENCE_MS = 20_000;

/**
 * Programs that only write down how they are called, before those of this machine; the lab's own are out of
 * sight. To be made before a module of the lab is imported: it reads the environment once.
 */
export class StandIns implements Disposable {
  readonly folder = mkdtempSync(join(tmpdir(), "bookwyrm-test-"));
  readonly #log = join(this.folder, "calls");

  /** @param scripts what each does beside that, for a POSIX shell */
  constructor(scripts: Readonly<Record<string, string>>) {
    const programs = join(this.folder, "bin");
    mkdirSync(programs);
    for (const [name, script] of Object.entries(scripts)) {
      const file = join(programs, name);
      writeFileSync(file, `#!/bin/sh\necho "${name} $*" >>"${this.#log}"\n${script}\n`);
      chmodSync(file, 0o755);
    }
    process.env["PATH"] = [programs, process.env["PATH"]].join(delimiter);
    process.env["XDG_CACHE_HOME"] = join(this.folder, "cache");
  }

  /** Each call of one program, in their order: its arguments. */
  calls(program: string): string[] {
    if (!existsSync(this.#log)) return [];
    return readFileSync(this.#log, "utf8")
      .split("\n")
      .filter((line) => line.startsWith(`${program} `))
      .map((line) => line.slice(program.length + 1));
  }

  /** Waits until a program was called with this among its arguments. */
  async called(program: string, args: string): Promise<void> {
    const deadline = Date.now() + PATIENCE_MS;
    while (!this.calls(program).some((call) => call.includes(args))) {
      if (Date.now() > deadline) throw new Error(`${program} was never called with ${args}`);
      await sleep(10);
    }
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true });
  }
}
