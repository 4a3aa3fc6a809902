import { readStackFile } from "../checks/stack-file.ts";
import { pinTo } from "./pin.ts";
import { PROJECT } from "./pulumi.ts";
import { openStack, type Stack } from "./stack.ts";
import { PROMOTE_USAGE, UsageError } from "./usage.ts";

/** A stack that names no other one is promoted to as if it named the one that it is promoted from. */
const SOAK_MINUTES = 60;

/** @returns the exit code: 0 promoted, 1 refused. @throws UsageError */
export async function promote([from, to, ...surplus]: readonly string[]): Promise<number> {
  if (from === undefined || to === undefined || from === to || surplus.length > 0) {
    throw new UsageError(`\`wyrm promote\` needs two stacks:\n${PROMOTE_USAGE}`);
  }
  const { image } = readStackFile(PROJECT, from).settings;
  const target = await openStack(to, "promote");
  const settings = promotable(target, from);
  return pinTo({ ...target, settings }, image);
}

/** The target's settings, with the stack that is promoted from as the one that proves the image. @throws UsageError */
export function promotable(
  { name, settings }: Pick<Stack, "name" | "settings">,
  from: string,
): Stack["settings"] {
  const { guardrails } = settings;
  const staging = guardrails.staging ?? { stack: from, soakMinutes: SOAK_MINUTES };
  if (staging.stack !== from) {
    throw new UsageError(
      `${name} is promoted from ${staging.stack} (guardrails.staging.stack), not from ${from}`,
    );
  }
  return { ...settings, guardrails: { ...guardrails, staging } };
}
