import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { rulesPage } from "../policy/document.ts";
import { RULES } from "../policy/rules/index.ts";
import { PROJECT } from "./pulumi.ts";
import { UsageError } from "./usage.ts";

export const POLICY_USAGE = "wyrm policy docs         write policy/rules/README.md anew";

/** @returns the exit code. @throws UsageError */
export function policyCommand([action = ""]: readonly string[]): number {
  if (action !== "docs") {
    throw new UsageError(
      `"${action}" is not something that \`wyrm policy\` does:\n${POLICY_USAGE}`,
    );
  }
  writeFileSync(join(PROJECT, "policy/rules/README.md"), rulesPage(RULES));
  return 0;
}
