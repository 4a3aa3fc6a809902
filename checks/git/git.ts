import { spawn } from "node:child_process";
import { NoAnswer } from "../no-answer.ts";

export interface GitOptions {
  /** Any folder of the work tree. */
  readonly folder: string;
  /** That of the caller: only what git needs to find its configuration and credentials is passed on. */
  readonly environment: Readonly<Record<string, string | undefined>>;
}

export interface GitAnswer {
  readonly exitCode: number;
  readonly stdout: string;
  /** Without credentials of addresses. */
  readonly stderr: string;
}

/**
 * What git may see of the caller's environment. It runs hooks, helpers and ssh, which have no business
 * with PULUMI_CONFIG or a forge's token, and GIT_DIR or GIT_INDEX_FILE of a hook would lead it elsewhere.
 */
const PASSED_ON = [
  "PATH",
  "HOME",
  "USER",
  "LOGNAME",
  "TMPDIR",
  "XDG_CONFIG_HOME",
  "SSH_AUTH_SOCK",
  "GIT_SSH",
  "GIT_SSH_COMMAND",
  "GIT_CONFIG_GLOBAL",
  "GIT_CONFIG_SYSTEM",
  "GIT_CONFIG_NOSYSTEM",
  "GIT_SSL_CAINFO",
  "SSL_CERT_FILE",
  "SSL_CERT_DIR",
  "http_proxy",
  "https_proxy",
  "no_proxy",
  "HTTPS_PROXY",
  "NO_PROXY",
] as const;

/** Never ask a person, write in English, take no lock for a question, see no replaced commits. */
const ALWAYS = {
  GIT_TERMINAL_PROMPT: "0",
  GCM_INTERACTIVE: "never",
  GIT_OPTIONAL_LOCKS: "0",
  GIT_NO_REPLACE_OBJECTS: "1",
  LC_ALL: "C",
} as const;

const CONFIGURATION = [
  // A cached answer of a file watcher may be wrong, and would hide a change.
  "core.fsmonitor=false",
  "core.untrackedCache=false",
  // Ends a transfer that stands still, should this process be killed before it can end git.
  "http.lowSpeedLimit=1",
  "http.lowSpeedTime=30",
].flatMap((setting) => ["-c", setting]);

/** The `git` of this machine in one folder, run without a shell. */
export class Git {
  readonly folder: string;
  readonly #environment: GitOptions["environment"];

  constructor({ folder, environment }: GitOptions) {
    this.folder = folder;
    const passedOn = PASSED_ON.map((name) => [name, environment[name]] as const);
    this.#environment = { ...Object.fromEntries(passedOn), ...ALWAYS };
  }

  /** Runs to the end, whatever the exit code. @throws NoAnswer where git cannot be run or is too slow */
  run(args: readonly string[], signal: AbortSignal): Promise<GitAnswer> {
    const child = spawn("git", [...CONFIGURATION, ...args], {
      cwd: this.folder,
      env: this.#environment,
      stdio: ["ignore", "pipe", "pipe"],
      // A process group of its own, to be ended with the helper that talks to the server; and no
      // terminal, on which ssh would ask for a passphrase.
      detached: true,
    });
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
    const end = (): void => {
      endGroup(child.pid);
    };
    if (signal.aborted) end();
    signal.addEventListener("abort", end);
    return new Promise<GitAnswer>((resolve, reject) => {
      child.on("error", (error) => {
        reject(notRun(args, error));
      });
      child.on("close", (exitCode) => {
        if (exitCode === null) reject(ended(args));
        else resolve({ exitCode, stdout, stderr: withoutCredentials(stderr) });
      });
    }).finally(() => {
      signal.removeEventListener("abort", end);
    });
  }

  /** As `run`, where any exit code but 0 is no answer. @returns what git printed. @throws NoAnswer */
  async ask(args: readonly string[], signal: AbortSignal): Promise<string> {
    const answer = await this.run(args, signal);
    if (answer.exitCode !== 0) throw refused(args, answer);
    return answer.stdout;
  }
}

function endGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, "SIGTERM");
  } catch {
    // It has ended by itself in this very moment.
  }
}

/** For an exit code that the caller did not expect. */
export function refused(args: readonly string[], { exitCode, stderr }: GitAnswer): NoAnswer {
  const said = stderr.trim().split("\n").join("; ");
  const reason = said === "" ? `exit code ${exitCode.toString()}` : said;
  return new NoAnswer(`${commandOf(args)} failed: ${reason}`, remedyFor(stderr, args));
}

/** `https://robot:secret@host/` becomes `https://host/`; a password may hold an @ itself. */
export const withoutCredentials = (text: string): string =>
  text.replaceAll(/([a-z+]+:\/\/)[^/\s]+@/gi, "$1");

const commandOf = (args: readonly string[]): string => withoutCredentials(`git ${args.join(" ")}`);

const ended = (args: readonly string[]): NoAnswer =>
  new NoAnswer(
    `${commandOf(args)} was ended before it had finished.`,
    "Run it by hand: it shows whether the server hangs or this repository is slow.",
  );

const notRun = (args: readonly string[], error: Error): NoAnswer =>
  new NoAnswer(
    `${commandOf(args)} could not be run (${"code" in error ? String(error.code) : error.message}).`,
    "Install git, put it into PATH, and run this in a folder that exists.",
    { cause: error },
  );

const REMEDIES: readonly (readonly [RegExp, string])[] = [
  [
    /dubious ownership/,
    "Another user owns this clone. Trust it: git config --global --add safe.directory <folder>",
  ],
  [
    /prompts disabled|authentication failed|permission denied|invalid username or/i,
    "Git has no credentials that the server takes and may not ask for any here. Set up a credential helper or an ssh agent.",
  ],
  [
    // GnuTLS and OpenSSL, of which git is built with one: "server certificate verification failed",
    // "SSL certificate problem", "certificate subject name does not match target host name".
    /certificate/i,
    "Git does not trust the certificate of the server. Renew it there; where the server has an authority of its own, name it: git config http.sslCAInfo <file>",
  ],
  [
    /could not resolve|connection refused|failed to connect|timed out|unable to access|hung up|early EOF/i,
    "Check the address of the remote and the way to its server, and run it again.",
  ],
];

function remedyFor(stderr: string, args: readonly string[]): string {
  const known = REMEDIES.find(([pattern]) => pattern.test(stderr));
  return known?.[1] ?? `Run it by hand and mend what it says: ${commandOf(args)}`;
}
