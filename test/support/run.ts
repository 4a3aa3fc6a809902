import { spawn } from "node:child_process";

export interface Result {
  readonly exitCode: number;
  /** Everything that it printed, without colours. */
  readonly output: string;
}

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly input?: string;
  /** Ends the command as Ctrl-C does. */
  readonly interrupt?: Promise<unknown>;
}

/** Runs a command to its end, whatever that is: tests look at the exit code themselves. */
export function run(
  [program, ...args]: readonly [string, ...string[]],
  { cwd, env, input = "", interrupt }: RunOptions = {},
): Promise<Result> {
  const child = spawn(program, args, {
    cwd,
    env: { ...process.env, NO_COLOR: "1", ...env },
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => (output += text));
  }
  child.stdin.on("error", () => undefined).end(input);
  void interrupt?.then(() => child.kill("SIGINT"));
  return new Promise((resolve, reject) => {
    child.on("error", reject).on("close", (exitCode) => {
      resolve({ exitCode: exitCode ?? -1, output });
    });
  });
}
