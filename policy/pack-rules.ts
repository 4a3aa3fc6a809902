import type { RuleText } from "./rule.ts";

// Rules about the pack itself. Nothing is exempted from them, since they are about the exemptions too.

export const PACK_CONFIGURED: RuleText = {
  name: "pack-configured",
  description: "The pack's configuration and its exemptions say what they mean.",
  severity: "critical",
  why: "a rule under a name that is mistyped would judge nothing, and nobody would see it.",
  failures: [42, 45],
  examples: {
    good: '# policy-config/prod.json\n{ "image-pull-policy-set": { "allowed": ["Always"] } }',
    bad: '# policy-config/prod.json\n{ "image-pull-polic-set": { "allowed": ["Always"] } }',
  },
  configSchema: {
    properties: {
      protected: {
        type: "boolean",
        description:
          "Whether a value that is not known in preview is refused, or only mentioned; where it is not set, staging and prod are protected",
      },
    },
  },
  isExemptible: false,
};

export const EXEMPTIONS_USED: RuleText = {
  name: "exemptions-used",
  description: "Every exemption is still needed.",
  severity: "low",
  why: "an exemption that nothing needs lets the next fault of that resource pass.",
  failures: [],
  examples: {
    good: "# policy-config/exemptions.json\n[]",
    bad: '# policy-config/exemptions.json\n[{ "rule": "resources-set", "urn": "<a resource that has its resources set>", … }]',
  },
  isExemptible: false,
};

export const RULES_STAY_ON: RuleText = {
  name: "rules-stay-on",
  description: "No rule is switched off with --policy-pack-config that cannot be switched off.",
  severity: "critical",
  why: "the engine leaves out a rule that is disabled there, and says nothing.",
  failures: [42, 45],
  examples: {
    good: '# the file of --policy-pack-config\n{ "resources-set": "advisory" }',
    bad: '# the file of --policy-pack-config\n{ "image-has-digest": "disabled" }',
  },
  isExemptible: false,
};
