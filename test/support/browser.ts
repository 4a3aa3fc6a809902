import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable, Writable } from "node:stream";
import { unavailable } from "../../lab/lab.ts";
import { installPackages } from "../../lab/packages.ts";
import { stderrProgress } from "../../lab/progress.ts";

/** Debian's Chromium without a window: 100 MB to fetch, with what it needs. */
const PACKAGE = "chromium-headless-shell";
/** Not the script of that name on the PATH, which would go on when it is killed. */
const PROGRAM = `/usr/lib/chromium/${PACKAGE}`;

/** Why there is no browser on this machine and none can be installed. */
export function browserUnavailable(): string | undefined {
  if (existsSync(PROGRAM)) return undefined;
  const reason = unavailable();
  if (reason !== undefined) return reason;
  const isDebian = /^ID=debian$/m.test(readFileSync("/etc/os-release", "utf8"));
  return isDebian ? undefined : `only Debian has the package ${PACKAGE}`;
}

type Params = Readonly<Record<string, unknown>>;

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly sessionId?: string;
  readonly params?: Params;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
}

interface Call {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** A headless browser that is spoken to in the Chrome DevTools Protocol, over a pipe: no port, no library. */
export class Browser {
  readonly #process: ChildProcess;
  readonly #profile: string;
  readonly #commands: Writable;
  readonly #calls = new Map<number, Call>();
  readonly #events: Message[] = [];
  #listeners: (() => void)[] = [];
  #unread = "";
  #lastId = 0;

  private constructor(process: ChildProcess, profile: string) {
    this.#process = process;
    this.#profile = profile;
    this.#commands = process.stdio[3] as Writable;
    this.#commands.on("error", () => undefined);
    (process.stdio[4] as Readable).setEncoding("utf8").on("data", (text: string) => {
      this.#read(text);
    });
    process.on("exit", () => {
      for (const { reject } of this.#calls.values()) reject(new Error("The browser ended"));
    });
  }

  /** Installs the browser where it is missing. */
  static async start(): Promise<Browser> {
    if (!existsSync(PROGRAM)) await installPackages(stderrProgress, [PACKAGE]);
    const profile = mkdtempSync(join(tmpdir(), "bookwyrm-browser-"));
    const flags = [
      "--remote-debugging-pipe",
      `--user-data-dir=${profile}`,
      // Root has no sandbox, and a container little shared memory; the pages are our own.
      "--no-sandbox",
      "--disable-dev-shm-usage",
      "--disable-gpu",
      "--hide-scrollbars",
      "--host-resolver-rules=MAP * ~NOTFOUND",
    ];
    const child = spawn(PROGRAM, flags, { stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"] });
    await once(child, "spawn");
    return new Browser(child, profile);
  }

  async close(): Promise<void> {
    const ended = once(this.#process, "exit");
    this.#process.kill("SIGKILL");
    await ended;
    rmSync(this.#profile, { recursive: true, maxRetries: 5 });
  }

  async send(method: string, params: Params = {}, sessionId?: string): Promise<unknown> {
    const id = (this.#lastId += 1);
    this.#commands.write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
    return new Promise((resolve, reject) => {
      this.#calls.set(id, { resolve, reject });
    });
  }

  events(sessionId: string): readonly Message[] {
    return this.#events.filter((event) => event.sessionId === sessionId);
  }

  async event(sessionId: string, method: string): Promise<void> {
    while (!this.events(sessionId).some((event) => event.method === method)) {
      await new Promise<void>((resolve) => this.#listeners.push(resolve));
    }
  }

  #read(text: string): void {
    const parts = (this.#unread + text).split("\0");
    this.#unread = parts.pop() ?? "";
    for (const part of parts) this.#handle(JSON.parse(part) as Message);
  }

  #handle(message: Message): void {
    if (message.id === undefined) {
      this.#events.push(message);
      for (const listener of this.#listeners.splice(0)) listener();
      return;
    }
    const call = this.#calls.get(message.id);
    this.#calls.delete(message.id);
    if (message.error === undefined) call?.resolve(message.result);
    else call?.reject(new Error(message.error.message));
  }
}
