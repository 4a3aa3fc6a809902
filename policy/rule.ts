import type { PolicyConfigSchema, ResourceValidationPolicy, Severity } from "@pulumi/policy";
import { type RuleConfig, stackConfiguration } from "./configuration.ts";
import { type Pod, podsOf, type Resource } from "./pods.ts";

/** One fault of one resource. */
export interface Finding {
  /** Where within the resource, for example `spec.template.spec.containers[web].image`. */
  readonly path: string;
  /** Reads on from the path: what stands there, and why that is a fault. Never a secret's value. */
  readonly problem: string;
  /** What to write instead. */
  readonly fix: string;
}

interface RuleText {
  /** The name of the rule's file. */
  readonly name: string;
  /** One sentence that states what holds where the rule is kept. */
  readonly description: string;
  readonly severity: Severity;
  /** What happens otherwise, in one sentence. */
  readonly why: string;
  /**
   * What a stack may configure. A default belongs into the rule, not in here: it could not be told from
   * a value that was given with --policy-pack-config, which goes before the stack's own file.
   */
  readonly configSchema?: PolicyConfigSchema;
}

/** A check of one resource by itself: it stops the resource before anything is created. */
export interface Rule extends RuleText {
  readonly judge: (resource: Resource, config: RuleConfig) => readonly Finding[];
}

/** A rule about every pod, whatever kind of resource makes it. */
export const podRule = (
  text: RuleText,
  judge: (pod: Pod, config: RuleConfig) => readonly Finding[],
): Rule => ({
  ...text,
  judge: (resource, config) => podsOf(resource).flatMap((pod) => judge(pod, config)),
});

/** The rule as the policy SDK takes it. */
export const asPolicy = (rule: Rule): ResourceValidationPolicy => ({
  name: rule.name,
  description: rule.description,
  severity: rule.severity,
  enforcementLevel: "mandatory",
  ...(rule.configSchema && { configSchema: rule.configSchema }),
  remediationSteps: `See ${pageOf(rule.name)}`,
  validateResource: (args, reportViolation) => {
    const config = { ...stackConfiguration(args.urn, rule.name), ...args.getConfig<RuleConfig>() };
    for (const finding of rule.judge(args, config)) {
      reportViolation(inWords(rule, finding));
    }
  },
});

/** The engine puts the rule's name, the resource and the description before it. */
const inWords = ({ name, why }: RuleText, { path, problem, fix }: Finding): string =>
  [`${path} ${problem}`, `Why: ${why}`, `Fix: ${fix}`, `More: ${pageOf(name)}`].join("\n");

const pageOf = (name: string): string => `policy/rules/README.md#${name}`;
