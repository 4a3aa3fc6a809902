import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** What a stack says about one rule. */
export type RuleConfig = Readonly<Record<string, unknown>>;

const FOLDER = join(import.meta.dirname, "../policy-config");

const read = new Map<string, Readonly<Record<string, RuleConfig>>>();

/**
 * What `policy-config/<stack>.json` says about a rule; nothing where there is no such file. A pack learns
 * its stack from the first resource only (@pulumi/policy 1.21 hands on the stack's tags, not its name).
 *
 * @param urn of any resource: its second part is the stack
 */
export function stackConfiguration(urn: string, rule: string): RuleConfig {
  const stack = urn.split("::")[0]?.split(":")[2] ?? "";
  let configuration = read.get(stack);
  if (configuration === undefined) {
    const file = join(FOLDER, `${stack}.json`);
    configuration = existsSync(file)
      ? (JSON.parse(readFileSync(file, "utf8")) as Record<string, RuleConfig>)
      : {};
    read.set(stack, configuration);
  }
  return configuration[rule] ?? {};
}
