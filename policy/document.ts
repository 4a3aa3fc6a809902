import { FAILURES } from "./failures.ts";
import { EXEMPTIONS_USED, PACK_CONFIGURED, RULES_STAY_ON } from "./pack-rules.ts";
import type { RuleText } from "./rule.ts";

const INTRODUCTION = `# Rules

Made from the rules by \`npx wyrm policy docs\`. A violation stops a preview; what one resource shows by
itself also stops an update before that resource is created.

A rule is configured in \`policy-config/<stack>.json\`, beside the folder of the pack, in the form of Pulumi's
\`--policy-pack-config\`, which goes before it: \`{ "<rule>": { "<property>": <value> } }\`. A rule can be made
milder for a stack by \`"<rule>": "advisory"\`, or left out by \`"disabled"\`, where its entry below does not say
otherwise. Nobody in the pack sees that a run was without the pack, or that \`--policy-pack-config\` disables
\`all\` or \`rules-stay-on\`: review the command as you review the program.

One resource can be exempted from one rule, for 30 days at most, in \`policy-config/exemptions.json\`:

\`\`\`json
[
  {
    "rule": "resources-set",
    "urn": "urn:pulumi:prod::bookwyrm::kubernetes:apps/v1:Deployment::web",
    "reason": "Until the new limits are measured",
    "owner": "ada@example.org",
    "expires": "2026-12-24"
  }
]
\`\`\`
`;

/** The page that the rules' messages point to, as `policy/rules/README.md` holds it. */
export const rulesPage = (rules: readonly RuleText[]): string =>
  [INTRODUCTION, ...documented(rules).flatMap(entryOf)].join("\n");

/** Also what the pack says about itself. */
export const documented = (rules: readonly RuleText[]): readonly RuleText[] =>
  [EXEMPTIONS_USED, PACK_CONFIGURED, RULES_STAY_ON, ...rules].sort((a, b) =>
    a.name < b.name ? -1 : 1,
  );

const entryOf = (rule: RuleText): string[] => [
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
];

const failuresOf = ({ failures }: RuleText): string[] =>
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

const configurationOf = ({ configSchema }: RuleText): string[] => {
  const properties = Object.entries(configSchema?.properties ?? {});
  if (properties.length === 0) return [];
  const needed = (property: string): string =>
    configSchema?.required?.includes(property) === true ? " (must be set)" : "";
  return [
    "Configuration:",
    "",
    ...properties.map(
      ([property, schema]) => `- \`${property}\`${needed(property)}: ${schema.description ?? ""}`,
    ),
    "",
  ];
};

const exemptionOf = ({ isExemptible }: RuleText): string[] =>
  isExemptible === false ? ["Nothing is exempted from it, and it cannot be switched off.", ""] : [];
