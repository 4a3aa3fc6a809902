import { FAILURES } from "./failures.ts";
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
      ...failuresOf(rule),
      ...example("Passes", rule.examples.good),
      ...example("Is refused", rule.examples.bad),
      ...configurationOf(rule),
      ...exemptionOf(rule),
    ]),
  ].join("\n");

const failuresOf = ({ failures }: Rule): string[] =>
  failures.length === 0
    ? []
    : [
        "Stops:",
        "",
        ...failures.map((number) => `- failure ${number.toString()}: ${FAILURES[number] ?? ""}`),
        "",
      ];

const example = (title: string, yaml: string): string[] => [
  `${title}:`,
  "",
  "```yaml",
  yaml,
  "```",
  "",
];

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

const exemptionOf = ({ isExemptible }: Rule): string[] =>
  isExemptible === false ? ["Nothing can be exempted from it.", ""] : [];
