import * as v from "valibot";

const selector = v.object({
  kind: v.string(),
  decoration: v.string(),
  pattern: v.string(),
});
type Selector = v.InferOutput<typeof selector>;

const rule = v.object({
  disabled: v.optional(v.boolean(), false),
  template: v.string(),
  params: v.nullish(v.record(v.string(), v.unknown())),
  tag_selectors: v.nullish(v.array(selector)),
  scope_selectors: v.nullish(v.record(v.string(), v.array(selector))),
});
type Rule = v.InferOutput<typeof rule>;

/** As `GET /api/v2.0/retentions/{id}` gives it (Harbor v2.16). */
export const retentionPolicy = v.object({
  algorithm: v.string(),
  rules: v.nullish(v.array(rule)),
  trigger: v.nullish(
    v.object({ settings: v.nullish(v.object({ cron: v.optional(v.string(), "") })) }),
  ),
});
export type RetentionPolicy = v.InferOutput<typeof retentionPolicy>;

/** An image as retention sees it: all tags of one digest go, or none. */
export interface Candidate {
  /** Without the project. */
  readonly repository: string;
  readonly tags: readonly string[];
}

/** Undefined where this program cannot tell. */
type Answer = boolean | undefined;

/**
 * Whether the policy may ever delete the image: today, or once newer images are pushed. In a repository
 * that a rule covers, all goes that no rule retains (pkg/retention/policy/action/performer, v2.16). Only
 * `always` retains for good; the rest count images or days, and a running image does not look used.
 */
export function mayDelete({ algorithm, rules }: RetentionPolicy, image: Candidate): Answer {
  if (algorithm !== "or") return undefined;
  const active = (rules ?? []).filter(({ disabled }) => !disabled);
  const covering = active.map((candidate) => covers(candidate, image));
  const retained = active.map((candidate, position) =>
    every([covering[position], retainsForGood(candidate, image)]),
  );
  if (retained.includes(true) || covering.every((covered) => covered === false)) return false;
  return retained.includes(undefined) ? undefined : true;
}

/** One fact for each active rule, and when they run. */
export function describeRetention({ rules, trigger }: RetentionPolicy): string[] {
  const cron = trigger?.settings?.cron ?? "";
  return [
    ...(rules ?? []).filter(({ disabled }) => !disabled).map(describe),
    cron === "" ? "retention runs when somebody starts it" : `retention runs at ${cron}`,
  ];
}

function describe({ template, params, tag_selectors, scope_selectors }: Rule): string {
  const counts = Object.values(params ?? {}).map(String);
  const patterns = [...(scope_selectors?.["repository"] ?? []), ...(tag_selectors ?? [])].map(
    ({ decoration, pattern }) => `${decoration} ${pattern}`,
  );
  return `retention rule: ${[template, ...counts].join(" ")}, ${patterns.join(", ")}`;
}

const covers = ({ scope_selectors: selectors }: Rule, { repository }: Candidate): Answer =>
  every((selectors?.["repository"] ?? []).map((given) => selects(given, "repo", [repository])));

/** Harbor ignores a rule without tag selectors (pkg/retention/policy/alg/or). */
function retainsForGood({ template, tag_selectors: selectors }: Rule, { tags }: Candidate): Answer {
  if (template !== "always" || (selectors ?? []).length === 0) return false;
  return every((selectors ?? []).map((given) => selects(given, "", tags)));
}

/** One name that is selected is enough, also where the decoration excludes. */
function selects(
  { kind, decoration, pattern }: Selector,
  prefix: "" | "repo",
  names: readonly string[],
): Answer {
  const isExcluding = decoration === (prefix === "" ? "excludes" : "repoExcludes");
  if (!isExcluding && decoration !== (prefix === "" ? "matches" : "repoMatches")) return undefined;
  const glob = kind === "doublestar" ? globOf(pattern) : undefined;
  return glob && names.some((name) => glob.test(name) !== isExcluding);
}

const every = (answers: readonly Answer[]): Answer => {
  if (answers.includes(false)) return false;
  return answers.includes(undefined) ? undefined : true;
};

/**
 * Of the patterns of github.com/bmatcuk/doublestar those that people write: *, **, ? and {a,b}.
 *
 * @returns undefined for any other
 */
function globOf(pattern: string): RegExp | undefined {
  if (pattern === "" || pattern === "**") return /^/;
  if (!/^(?:[\w.\-/*?,]|\{[\w.\-/*?,]+\})+$/.test(pattern) || pattern.includes("**")) {
    return undefined;
  }
  let isInBraces = false;
  const source = pattern.replace(/[.*?{},-]/g, (character) => {
    if (character === "{" || character === "}") isInBraces = character === "{";
    switch (character) {
      case "*":
        return "[^/]*";
      case "?":
        return "[^/]";
      case "{":
        return "(?:";
      case "}":
        return ")";
      case ",":
        return isInBraces ? "|" : ",";
      default:
        return `\\${character}`;
    }
  });
  return new RegExp(`^${source}$`);
}
