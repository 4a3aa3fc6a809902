import { createHash } from "node:crypto";
import type { RuleText } from "../rule.ts";
import type { Report, Violation } from "./events.ts";

/**
 * The report as SARIF 2.1.0, for example for GitHub's code scanning. What is wrong stands in no line of code, so
 * a result points to the resource, and to the stack's file, since a viewer shows nothing without a file.
 */
export function toSarif(report: Report, rules: readonly RuleText[]): object {
  return {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: {
          driver: {
            name: "bookwyrm-policy",
            // Absent rather than empty where the pack did not start.
            ...(report.packVersion !== "" && { version: report.packVersion }),
            rules: rules.map(descriptor),
          },
        },
        automationDetails: { id: `policy/${report.stack}/` },
        invocations: [{ executionSuccessful: report.isComplete }],
        results: report.violations.map((violation) => result(report, violation, rules)),
      },
    ],
  };
}

const descriptor = ({ name, description, why, severity }: RuleText): object => ({
  id: name,
  shortDescription: { text: description },
  fullDescription: { text: `${description} Otherwise: ${why}` },
  help: { text: `policy/rules/README.md#${name}` },
  properties: { tags: ["kubernetes"], severity },
});

function result({ stack }: Report, violation: Violation, rules: readonly RuleText[]): object {
  const { rule, urn, level, message } = violation;
  const ruleIndex = rules.findIndex(({ name }) => name === rule);
  return {
    ruleId: rule,
    ...(ruleIndex !== -1 && { ruleIndex }),
    level: level === "mandatory" ? "error" : "note",
    message: { text: message },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: `Pulumi.${stack}.yaml`, uriBaseId: "%SRCROOT%" },
        },
        logicalLocations: [
          { name: urn.split("::").at(-1) ?? urn, fullyQualifiedName: urn, kind: "resource" },
        ],
      },
    ],
    partialFingerprints: { "rule/urn/path/v1": fingerprint(violation) },
  };
}

/** Stays the same while the fault does, whatever value stands there. */
const fingerprint = ({ rule, urn, message }: Violation): string =>
  createHash("sha256")
    .update([rule, urn, message.split(" ")[0]].join("\n"))
    .digest("hex");
