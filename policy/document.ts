import type { Rule } from "./rule.ts";

/** The page that the rules' messages point to, as `policy/rules/README.md` holds it. */
export const rulesPage = (rules: readonly Rule[]): string =>
  [
    "# Rules",
    "",
    "Made from the rules by `npx wyrm policy docs`. All of them are mandatory.",
    "",
    ...rules.flatMap((rule) => [
      `## ${rule.name}`,
      "",
      `${rule.description} Severity: ${rule.severity}.`,
      "",
      `Why: ${rule.why}`,
      "",
      ...configurationOf(rule),
    ]),
  ].join("\n");

const configurationOf = ({ name, configSchema }: Rule): string[] => {
  const properties = Object.entries(configSchema?.properties ?? {});
  if (properties.length === 0) return [];
  return [
    `Configure it in \`policy-config/<stack>.json\`, under \`"${name}"\`:`,
    "",
    ...properties.map(([property, schema]) => `- \`${property}\`: ${schema.description ?? ""}`),
    "",
  ];
};
