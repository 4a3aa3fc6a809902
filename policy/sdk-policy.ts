import type {
  Policies,
  PolicyResource,
  ReportViolation,
  ResourceValidationArgs,
  ResourceValidationPolicy,
  StackValidationPolicy,
} from "@pulumi/policy";
import { inOrder } from "./order.ts";
import { isStack, type Pack, stackOf } from "./pack.ts";
import { EXEMPTIONS_USED, PACK_CONFIGURED, RULES_STAY_ON } from "./pack-rules.ts";
import type { Resource } from "./pods.ts";
import { rememberedBy } from "./remember.ts";
import {
  type Finding,
  pageOf,
  type ResourceRule,
  type RuleText,
  type StackFinding,
  type StackResource,
  type StackRule,
} from "./rule.ts";
import { Run } from "./run.ts";
import type { Settings } from "./settings.ts";
import { snapshot } from "./snapshot.ts";

/** The rules as the policy SDK takes them. */
export function policiesOf(pack: Pack): Policies {
  const run = new Run(pack);
  return [
    packConfigured(run),
    ...pack.rules.map((rule) =>
      "judge" in rule ? resourcePolicy(run, rule) : stackPolicy(run, rule),
    ),
    rulesStayOn(run),
    exemptionsUsed(run),
  ];
}

const common = (rule: RuleText) => ({
  name: rule.name,
  description: rule.description,
  severity: rule.severity,
  enforcementLevel: "mandatory" as const,
  remediationSteps: `See ${pageOf(rule.name)}`,
  // Without `required`: the engine would not start a pack whose file, which it does not know, has it all.
  ...(rule.configSchema && { configSchema: { properties: rule.configSchema.properties } }),
});

const resourcePolicy = (run: Run, rule: ResourceRule): ResourceValidationPolicy => ({
  ...common(rule),
  validateResource: (args, reportViolation) => {
    const settings = run.settings(rule, args.urn, args.getConfig());
    const report = reporter(rule, settings, reportViolation);
    if (settings.level === "disabled") return;
    if (settings.mistakes.length > 0) {
      if (run.isFirstTime(rule) || isStack(args.type)) {
        for (const mistake of settings.mistakes) report(mistake);
      }
      return;
    }
    for (const finding of inOrder(rule.judge(asResource(args), settings.config))) {
      const outcome = run.outcome(rule, args.urn, finding);
      report(outcome.finding, outcome);
    }
  },
});

const stackPolicy = (run: Run, rule: StackRule): StackValidationPolicy => ({
  ...common(rule),
  // The SDK's helpers for one type of resource hand over that type alone, and nothing where there is none.
  validateStack: (args, reportViolation) => {
    const [first] = args.resources;
    if (first === undefined) return;
    const settings = run.settings(rule, first.urn, args.getConfig());
    const report = reporter(rule, settings, reportViolation);
    if (settings.level === "disabled") return;
    if (settings.mistakes.length > 0) {
      for (const mistake of settings.mistakes) report(mistake);
      return;
    }
    const resources = asStackResources(args.resources);
    for (const finding of inOrder<StackFinding>(rule.judgeStack(resources, settings.config))) {
      const outcome = run.outcome(rule, finding.urn, finding);
      report(outcome.finding, { ...outcome, urn: finding.urn });
    }
  },
});

/** On the stack itself, which the engine analyses first: nothing is created where the pack is configured wrongly. */
const packConfigured = (run: Run): ResourceValidationPolicy => ({
  ...common(PACK_CONFIGURED),
  validateResource: (args, reportViolation) => {
    const settings = run.settings(PACK_CONFIGURED, args.urn, args.getConfig());
    if (!run.isFirstTime(PACK_CONFIGURED) && !isStack(args.type)) return;
    const report = reporter(PACK_CONFIGURED, settings, reportViolation);
    const { mistakes } = run.pack.configuration(stackOf(args.urn));
    for (const mistake of [...mistakes, ...settings.mistakes, ...run.pack.exemptions.mistakes]) {
      report(mistake);
    }
  },
});

/** After all other policies, which the engine has asked about the same resource, unless they are disabled. */
const rulesStayOn = (run: Run): ResourceValidationPolicy => ({
  ...common(RULES_STAY_ON),
  validateResource: (args, reportViolation) => {
    if (!run.isFirstTime(RULES_STAY_ON) && !isStack(args.type)) return;
    const settings = run.settings(RULES_STAY_ON, args.urn, {});
    const report = reporter(RULES_STAY_ON, settings, reportViolation);
    const judging = run.pack.rules.filter((rule) => "judge" in rule);
    for (const rule of [PACK_CONFIGURED, ...judging]) {
      if (rule.isExemptible !== false || run.isAsked(rule)) continue;
      report({
        path: `--policy-pack-config: ${rule.name}`,
        problem: "is disabled, and this rule cannot be switched off",
        fix: "leave its level out",
      });
    }
  },
});

/** After all other policies, which have used what they use. */
const exemptionsUsed = (run: Run): StackValidationPolicy => ({
  ...common(EXEMPTIONS_USED),
  enforcementLevel: "advisory",
  validateStack: ({ resources }, reportViolation) => {
    const stack = resources.find(({ type }) => isStack(type));
    if (stack === undefined) return;
    for (const { rule, urn, owner } of run.unusedExemptions(stackOf(stack.urn))) {
      const finding = {
        path: urn,
        problem: `needs no exemption from ${rule}`,
        fix: `let ${owner} remove it from policy-config/exemptions.json`,
      };
      reportViolation(inWords(EXEMPTIONS_USED, finding), stack.urn);
    }
  },
});

interface Report {
  readonly isAdvisory?: boolean;
  readonly urn?: string;
}

/**
 * What `reportViolation` takes as well, though the SDK's type declarations leave it out (@pulumi/policy 1.21,
 * server.js, makeReportViolationFun): it alone gives one violation a level of its own.
 */
type ReportAtLevel = (violation: {
  readonly message: string;
  readonly enforcementLevel: "advisory" | "mandatory";
  readonly urn: string | undefined;
}) => void;

const reporter =
  (rule: RuleText, { level }: Settings, reportViolation: ReportViolation) =>
  (finding: Finding, { isAdvisory = level === "advisory", urn }: Report = {}): void => {
    const text = inWords(rule, finding);
    const isMild = isAdvisory || level === "advisory";
    // A level that --policy-pack-config gives holds for what is reported without one.
    if (!isMild && rule.isExemptible !== false) {
      reportViolation(text, urn);
      return;
    }
    // The description, which the SDK puts before a text, is missing here.
    const message = `${rule.description}\n${text}`;
    const enforcementLevel = isMild ? "advisory" : "mandatory";
    (reportViolation as unknown as ReportAtLevel)({ message, enforcementLevel, urn });
  };

/** The engine puts the rule's name, the resource and the description before it. */
const inWords = ({ name, why }: RuleText, { path, problem, fix }: Finding): string =>
  [`${path} ${problem}`, `Why: ${why}`, `Fix: ${fix}`, `More: ${pageOf(name)}`].join("\n");

// A message from the engine is taken apart once (policy/remember.ts), so the values of a resource are the same
// object for every policy, and another one in every message: what rules derive from a resource is shared by it.

const asResource = rememberedBy(
  ({ props }) => props,
  ({
    type,
    name,
    urn,
    props,
    opts,
    provider,
  }: ResourceValidationArgs | PolicyResource): Resource => ({
    type,
    name,
    urn,
    props: snapshot(props),
    options: { ignoreChanges: opts.ignoreChanges },
    provider: provider && {
      type: provider.type,
      name: provider.name,
      urn: provider.urn,
      props: snapshot(provider.props),
    },
  }),
);

const asStackResources = rememberedBy(
  (resources: PolicyResource[]): object => resources[0]?.props ?? resources,
  (resources): readonly StackResource[] => resources.map(asStackResource),
);

const asStackResource = (resource: PolicyResource): StackResource => ({
  ...asResource(resource),
  parent: resource.parent?.urn,
  dependencies: resource.dependencies.map(({ urn }) => urn),
});
