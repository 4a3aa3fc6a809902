import type { Finding, RuleText } from "./rule.ts";

/** Lets one resource break one rule until a day. */
export interface Exemption {
  readonly rule: string;
  /** The one resource; there are no wildcards. */
  readonly urn: string;
  readonly reason: string;
  /** Who answers for it. */
  readonly owner: string;
  /** The last day on which it holds: `2026-12-24`. */
  readonly expires: string;
}

export interface Exemptions {
  readonly entries: readonly Exemption[];
  readonly mistakes: readonly Finding[];
}

/** Longer than that is no exemption but another rule. */
const LONGEST_DAYS = 30;
const FIELDS = ["rule", "urn", "reason", "owner", "expires"] as const;
const FORM = `{ ${FIELDS.map((field) => `"${field}"`).join(", ")} }`;
const URN = /^urn:pulumi:[^:*]+::[^:*]+::[^*]+::[^*]+$/;
const MILLISECONDS_A_DAY = 86_400_000;

/**
 * @param file as messages name it
 * @param today as `2026-11-24`
 */
export function parseExemptions(
  file: string,
  text: string | undefined,
  {
    known,
    today,
  }: { readonly known: readonly Pick<RuleText, "name" | "isExemptible">[]; readonly today: string },
): Exemptions {
  if (text === undefined) return { entries: [], mistakes: [] };
  const list = parseList(text);
  if (list === undefined) {
    const mistake = { path: file, problem: "is no JSON list", fix: `write a list of ${FORM}` };
    return { entries: [], mistakes: [mistake] };
  }
  const entries: Exemption[] = [];
  const mistakes: Finding[] = [];
  for (const [index, value] of list.entries()) {
    const faults = isExemption(value)
      ? faultsOf(
          value,
          known.find(({ name }) => name === value.rule),
          today,
        )
      : [
          {
            problem: "does not have its five fields, each a text that is not empty",
            fix: `write ${FORM}`,
          },
        ];
    const path = `${file}[${index.toString()}]`;
    if (faults.length === 0) entries.push(value as Exemption);
    for (const fault of faults) mistakes.push({ path, ...fault });
  }
  return { entries, mistakes };
}

function faultsOf(
  { rule, urn, expires }: Exemption,
  known: Pick<RuleText, "isExemptible"> | undefined,
  today: string,
): Omit<Finding, "path">[] {
  const faults: Omit<Finding, "path">[] = [];
  if (known === undefined) {
    faults.push({
      problem: `names "${rule}", which is no rule of this pack`,
      fix: "name a rule of policy/rules/README.md",
    });
  }
  if (known?.isExemptible === false) {
    faults.push({ problem: `is from ${rule}, from which nothing is exempted`, fix: "remove it" });
  }
  if (!URN.test(urn)) {
    faults.push({
      problem: `names "${urn}", which is not the URN of one resource`,
      fix: "copy the URN from `pulumi stack --show-urns`",
    });
  }
  const days = daysBetween(today, expires);
  if (days === undefined) {
    faults.push({
      problem: `expires on "${expires}", which is no date`,
      fix: "write it like 2026-12-24",
    });
  } else if (days > LONGEST_DAYS) {
    faults.push({
      problem: `expires on ${expires}, in more than ${LONGEST_DAYS.toString()} days`,
      fix: "let it end earlier, and renew it where it is still needed",
    });
  }
  return faults;
}

/** An exemption that has expired counts no longer, but is remembered, so that the refusal can say so. */
export const isExpired = ({ expires }: Exemption, today: string): boolean => expires < today;

/** @returns undefined where one of them is no date */
function daysBetween(from: string, to: string): number | undefined {
  const time = (date: string): number => (/^\d{4}-\d\d-\d\d$/.test(date) ? Date.parse(date) : NaN);
  const days = (time(to) - time(from)) / MILLISECONDS_A_DAY;
  return Number.isNaN(days) ? undefined : days;
}

const isExemption = (value: unknown): value is Exemption => {
  if (typeof value !== "object" || value === null) return false;
  const fields = value as Readonly<Record<string, unknown>>;
  return (
    Object.keys(value).length === FIELDS.length &&
    FIELDS.every((field) => typeof fields[field] === "string" && fields[field].trim() !== "")
  );
};

function parseList(text: string): readonly unknown[] | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
