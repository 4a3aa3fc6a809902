import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { GuardContext } from "../checks/pre/guards.ts";
import { readStackFile, type StackFile } from "../checks/stack-file.ts";
import { PROJECT } from "./pulumi.ts";
import { UsageError } from "./usage.ts";

/** A stack of this project, as a command works on it. */
export interface Stack extends StackFile {
  readonly name: string;
  readonly context: GuardContext;
  readonly sentryToken: string | undefined;
}

/** Reads a stack's file, and asks Pulumi for its secrets. @throws UsageError, StackFileError */
export async function openStack(name: string | undefined, command: string): Promise<Stack> {
  if (name === undefined)
    throw new UsageError(
      `\`wyrm ${command}\` needs a stack, for example \`wyrm ${command} staging\``,
    );
  const file = readStackFile(PROJECT, name);
  const secrets = await secretsOf(name);
  return {
    ...file,
    name,
    sentryToken: secrets.get("sentryToken"),
    context: {
      folder: PROJECT,
      environment: process.env,
      now: () => new Date(),
      registryPassword: secrets.get("registryPassword") ?? "",
      harborPassword: secrets.get("harborPassword"),
      forgeToken: secrets.get("forgeToken"),
      hasFlower: file.hasFlower,
      settingsOf: (stack) => readStackFile(PROJECT, stack),
    },
  };
}

const run = promisify(execFile);

/** Through a pipe: they are in no argument, no file and no message, also where something goes wrong. */
async function secretsOf(stack: string): Promise<ReadonlyMap<string, string>> {
  // Of a command that fails execFile shows what it wrote to stderr, and never its output.
  const { stdout } = await run(
    "pulumi",
    ["config", "--show-secrets", "--json", "--stack", stack, "--non-interactive"],
    { cwd: PROJECT },
  );
  return secretsIn(stdout);
}

/** @param text What `pulumi config --show-secrets --json` prints. */
export function secretsIn(text: string): ReadonlyMap<string, string> {
  const config = parseConfig(text);
  return new Map(
    Object.entries(config).flatMap(([key, { value, secret }]) =>
      secret && value !== undefined && key.startsWith(NAMESPACE)
        ? [[key.slice(NAMESPACE.length), value] as const]
        : [],
    ),
  );
}

/** Other projects and providers have secrets too, and may call them the same. */
const NAMESPACE = "bookwyrm:";

type Config = Readonly<Record<string, { readonly value?: string; readonly secret: boolean }>>;

function parseConfig(text: string): Config {
  try {
    return JSON.parse(text) as Config;
  } catch {
    // The parser's own message quotes the text, which is full of secrets.
    throw new Error("`pulumi config --json` did not print JSON");
  }
}
