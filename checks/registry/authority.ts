import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { Settings } from "../../model/settings.ts";

/**
 * PEM of the authority that signed the registry's certificate; undefined where it is one that every
 * machine trusts. @throws where the file cannot be read
 */
export function registryAuthority(
  { guardrails }: Pick<Settings, "guardrails">,
  folder: string,
): string | undefined {
  const { caFile } = guardrails.image ?? {};
  if (caFile === undefined) return undefined;
  const path = resolve(folder, caFile);
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    const { code = "no reason given" } = error as NodeJS.ErrnoException;
    throw new Error(`guardrails.image.caFile: ${path} cannot be read (${code})`, { cause: error });
  }
}
