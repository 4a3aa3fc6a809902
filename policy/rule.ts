import type { PolicyConfigSchema, Severity } from "@pulumi/policy";
import type { RuleConfig } from "./configuration.ts";
import { type Pod, podsOf, type Resource } from "./pods.ts";

/** One fault of one resource. */
export interface Finding {
  /** Where within the resource, for example `spec.template.spec.containers[web].image`. */
  readonly path: string;
  /** Reads on from the path: what stands there, and why that is a fault. Never a secret's value. */
  readonly problem: string;
  /** What to write instead. */
  readonly fix: string;
  /** Nothing is wrong that one could see: the value is not known before the update. */
  readonly isUnknown?: true;
}

/** A finding of a rule that sees the whole stack. */
export interface StackFinding extends Finding {
  /** Whose fault it is; for something that is missing, the resource that needs it, or the stack. */
  readonly urn: string;
}

export interface RuleText {
  /** The name of the rule's file. */
  readonly name: string;
  /** One sentence that states what holds where the rule is kept. */
  readonly description: string;
  readonly severity: Severity;
  /** What happens otherwise, in one sentence. */
  readonly why: string;
  /** Numbers of the failures in policy/failures.ts that it stops. */
  readonly failures: readonly number[];
  /** Parts of an object, as YAML: what the rule passes, and what it refuses. */
  readonly examples: { readonly good: string; readonly bad: string };
  /**
   * What a stack may configure. A default belongs into the rule, not in here: it could not be told from
   * a value that was given with --policy-pack-config, which goes before the stack's own file.
   */
  readonly configSchema?: PolicyConfigSchema;
  /** Set for a rule that nobody may be exempted from. */
  readonly isExemptible?: false;
}

/** A check of one resource by itself: it stops the resource before anything is created. */
export interface ResourceRule extends RuleText {
  readonly judge: (resource: Resource, config: RuleConfig) => readonly Finding[];
}

/** A resource among all of its stack. */
export interface StackResource extends Resource {
  /** URN; undefined for the stack itself. */
  readonly parent: string | undefined;
  /** URNs of what it waits for. */
  readonly dependencies: readonly string[];
}

/**
 * A check of several resources together. It stops a preview; in an update it runs after everything is
 * applied, so what one resource can show belongs into a ResourceRule.
 */
export interface StackRule extends RuleText {
  readonly judgeStack: (
    resources: readonly StackResource[],
    config: RuleConfig,
  ) => readonly StackFinding[];
}

export type Rule = ResourceRule | StackRule;

/** A rule about every pod, whatever kind of resource makes it. */
export const podRule = (
  text: RuleText,
  judge: (pod: Pod, config: RuleConfig) => readonly Finding[],
): ResourceRule => ({
  ...text,
  judge: (resource, config) => podsOf(resource).flatMap((pod) => judge(pod, config)),
});

/** Where a rule is explained, relative to the project. */
export const pageOf = (name: string): string => `policy/rules/README.md#${name}`;
