import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseConfiguration, type StackConfiguration } from "./configuration.ts";
import { type Exemption, type Exemptions, parseExemptions } from "./exemptions.ts";
import { PACK_CONFIGURED } from "./pack-rules.ts";
import type { Rule } from "./rule.ts";

/** The rules, and what is configured for them. */
export interface Pack {
  readonly rules: readonly Rule[];
  readonly configuration: (stack: string) => StackConfiguration;
  readonly exemptions: Exemptions;
  /** As `2026-11-24`. */
  readonly today: string;
}

const EXEMPTIONS = "policy-config/exemptions.json";

/** Where messages say that a stack is configured; it stands beside the folder of the pack. */
export const configurationFile = (stack: string): string => `policy-config/${stack}.json`;

/**
 * @param folder that holds `policy-config/`
 * @param now read once, so that a run does not begin before midnight and end after it
 */
export function packIn(folder: string, rules: readonly Rule[], now: Date): Pack {
  const known = [PACK_CONFIGURED, ...rules];
  const today = now.toISOString().slice(0, "2026-11-24".length);
  const configurations = new Map<string, StackConfiguration>();
  return {
    rules,
    today,
    exemptions: parseExemptions(EXEMPTIONS, textOf(join(folder, EXEMPTIONS)), { known, today }),
    configuration: (stack) => {
      const read = configurations.get(stack);
      if (read !== undefined) return read;
      const file = configurationFile(stack);
      const configuration = parseConfiguration(file, textOf(join(folder, file)), known);
      configurations.set(stack, configuration);
      return configuration;
    },
  };
}

const textOf = (file: string): string | undefined =>
  existsSync(file) ? readFileSync(file, "utf8") : undefined;

/** The exemption that holds longest, or has expired last. */
export const exemptionFrom = (
  { exemptions }: Pack,
  rule: string,
  urn: string,
): Exemption | undefined =>
  exemptions.entries
    .filter((exemption) => exemption.rule === rule && exemption.urn === urn)
    .sort((a, b) => (a.expires < b.expires ? -1 : 1))
    .at(-1);

/** A pack learns its stack from the URNs only (@pulumi/policy 1.21 hands on the stack's tags, not its name). */
export const stackOf = (urn: string): string => urn.slice("urn:pulumi:".length, urn.indexOf("::"));

export const isStack = (type: string): boolean => type === "pulumi:pulumi:Stack";
