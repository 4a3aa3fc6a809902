import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { rulesPage } from "../policy/document.ts";
import { RULES } from "../policy/rules/index.ts";
import { policyReport, type ReportOptions } from "./policy-report.ts";
import { PROJECT } from "./pulumi.ts";
import { POLICY_USAGE, UsageError } from "./usage.ts";

/** @returns the exit code. @throws UsageError */
export async function policyCommand(
  [action = "", ...args]: readonly string[],
  options: ReportOptions,
): Promise<number> {
  switch (action) {
    case "docs":
      writeFileSync(join(PROJECT, "policy/rules/README.md"), rulesPage(RULES));
      return 0;
    case "report":
      return policyReport(args[0], options);
    default:
      throw new UsageError(
        `"${action}" is not something that \`wyrm policy\` does:\n${POLICY_USAGE}`,
      );
  }
}
