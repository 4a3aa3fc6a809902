import type {
  PolicyResource,
  ResourceValidationArgs,
  ResourceValidationPolicy,
  StackValidationPolicy,
} from "@pulumi/policy";
import { type RuleConfig, stackConfiguration } from "./configuration.ts";
import type { Resource } from "./pods.ts";
import {
  type Finding,
  pageOf,
  type ResourceRule,
  type Rule,
  type StackFinding,
  type StackResource,
  type StackRule,
} from "./rule.ts";
import { snapshot } from "./snapshot.ts";

/** The rule as the policy SDK takes it. */
export const asPolicy = (rule: Rule): ResourceValidationPolicy | StackValidationPolicy => ({
  name: rule.name,
  description: rule.description,
  severity: rule.severity,
  enforcementLevel: "mandatory",
  ...(rule.configSchema && { configSchema: rule.configSchema }),
  remediationSteps: `See ${pageOf(rule.name)}`,
  ...("judge" in rule ? ofResource(rule) : ofStack(rule)),
});

const ofResource = (rule: ResourceRule): Pick<ResourceValidationPolicy, "validateResource"> => ({
  validateResource: (args, reportViolation) => {
    const config = { ...stackConfiguration(args.urn, rule.name), ...args.getConfig<RuleConfig>() };
    const findings = [...rule.judge(asResource(args), config)].sort(byPath);
    for (const finding of findings) reportViolation(inWords(rule, finding));
  },
});

const ofStack = (rule: StackRule): Pick<StackValidationPolicy, "validateStack"> => ({
  validateStack: (args, reportViolation) => {
    const [first] = args.resources;
    if (first === undefined) return;
    const config = { ...stackConfiguration(first.urn, rule.name), ...args.getConfig<RuleConfig>() };
    const findings = [...rule.judgeStack(args.resources.map(asStackResource), config)].sort(
      byUrnAndPath,
    );
    for (const finding of findings) reportViolation(inWords(rule, finding), finding.urn);
  },
});

const asResource = ({
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
  provider: provider && { type: provider.type, name: provider.name, urn: provider.urn },
});

const asStackResource = (resource: PolicyResource): StackResource => ({
  ...asResource(resource),
  parent: resource.parent?.urn,
  dependencies: resource.dependencies.map(({ urn }) => urn),
  propertyDependencies: Object.fromEntries(
    Object.entries(resource.propertyDependencies).map(([property, resources]) => [
      property,
      resources.map(({ urn }) => urn),
    ]),
  ),
});

const compare = (a: string, b: string): number => (a < b ? -1 : Number(a > b));

const byPath = (a: Finding, b: Finding): number =>
  compare(a.path, b.path) || compare(a.problem, b.problem);

/** The engine hands over the resources of a stack in another order each time. */
const byUrnAndPath = (a: StackFinding, b: StackFinding): number =>
  compare(a.urn, b.urn) || byPath(a, b);

/** The engine puts the rule's name, the resource and the description before it. */
const inWords = ({ name, why }: Rule, { path, problem, fix }: Finding): string =>
  [`${path} ${problem}`, `Why: ${why}`, `Fix: ${fix}`, `More: ${pageOf(name)}`].join("\n");
