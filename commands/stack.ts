import type { GuardContext } from "../checks/pre/guards.ts";
import { readStackFile, type StackFile } from "../checks/stack-file.ts";
import { execute } from "../lab/execute.ts";
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
  if (name === undefined) throw new UsageError(`\`wyrm ${command}\` needs a stack`);
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

/** Through a pipe: they are in no argument, no file and no message. */
async function secretsOf(stack: string): Promise<ReadonlyMap<string, string>> {
  const text = await execute(
    ["pulumi", "config", "--show-secrets", "--json", "--stack", stack, "--non-interactive"],
    { cwd: PROJECT },
  );
  const config = JSON.parse(text) as Readonly<
    Record<string, { readonly value?: string; readonly secret: boolean }>
  >;
  return new Map(
    Object.entries(config).flatMap(([key, { value, secret }]) =>
      secret && value !== undefined ? [[key.replace(/^[^:]*:/, ""), value] as const] : [],
    ),
  );
}
