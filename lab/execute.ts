import { spawn } from "node:child_process";

export interface ExecuteOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Given to the command's standard input: secrets go here, never into its arguments. */
  readonly input?: string;
}

/** A command that exited with another code than 0; the message ends with what it printed. */
class CommandError extends Error {
  readonly exitCode: number | null;
  readonly output: string;
  constructor(command: readonly string[], exitCode: number | null, output: string) {
    const tail = output.trimEnd().split("\n").slice(-20).join("\n");
    super(`${command.join(" ")} exited with ${String(exitCode)}:\n${tail}`);
    this.exitCode = exitCode;
    this.output = output;
  }
}

/** Runs a command and returns its standard output. @throws CommandError */
export async function execute(
  command: readonly [string, ...string[]],
  { env, cwd, input = "" }: ExecuteOptions = {},
): Promise<string> {
  const [program, ...args] = command;
  const child = spawn(program, args, { cwd, env: { ...process.env, ...env } });
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  // A command that does not read its input may be gone before all of it is written.
  child.stdin.on("error", () => undefined).end(input);
  const exitCode = await new Promise<number | null>((resolve, reject) => {
    child.on("error", reject).on("close", resolve);
  });
  if (exitCode !== 0) throw new CommandError(command, exitCode, stdout + stderr);
  return stdout;
}
