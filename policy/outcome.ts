import { type Exemption, isExpired } from "./exemptions.ts";
import type { Finding } from "./rule.ts";

/** What becomes of a finding: it counts at the rule's own level, or is only mentioned. */
export interface Outcome {
  readonly finding: Finding;
  readonly isAdvisory: boolean;
}

export interface Circumstances {
  /** From this rule, for this resource, whether or not it has expired. */
  readonly exemption: Exemption | undefined;
  /** Whether the stack may not go on with what nobody can see yet. */
  readonly isProtected: boolean;
  /** As `2026-11-24`. */
  readonly today: string;
}

/** The only place where a finding becomes something milder. */
export function outcomeOf(
  finding: Finding,
  { exemption, isProtected, today }: Circumstances,
): Outcome {
  const saying = (text: string): Finding => ({
    ...finding,
    problem: `${finding.problem} (${text})`,
  });
  if (exemption !== undefined && !isExpired(exemption, today)) {
    const { owner, expires, reason } = exemption;
    return {
      finding: saying(`exempted by ${owner} until ${expires}: ${reason}`),
      isAdvisory: true,
    };
  }
  if (finding.isUnknown === true && !isProtected) {
    return {
      finding: saying("this stack is not protected: the update judges it"),
      isAdvisory: true,
    };
  }
  if (exemption === undefined) return { finding, isAdvisory: false };
  const { owner, expires } = exemption;
  return { finding: saying(`the exemption by ${owner} expired on ${expires}`), isAdvisory: false };
}
