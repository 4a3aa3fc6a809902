import type { Finding, RuleText } from "./rule.ts";

/** What a stack says about one rule. */
export type RuleConfig = Readonly<Record<string, unknown>>;

const LEVELS = ["mandatory", "advisory", "disabled"] as const;
export type Level = (typeof LEVELS)[number];

export interface RuleSettings {
  readonly level: Level;
  readonly config: RuleConfig;
}

/** What `policy-config/<stack>.json` says, and everything in it that cannot be meant. */
export interface StackConfiguration {
  readonly rules: ReadonlyMap<string, RuleSettings>;
  readonly mistakes: readonly Finding[];
}

type Named = Pick<RuleText, "name" | "isExemptible">;

/**
 * Reads the same form as --policy-pack-config takes: for each rule a level, or an object of properties that
 * may hold an `enforcementLevel`. The properties themselves are checked with what the engine adds to them.
 *
 * @param file as messages name it
 * @param text undefined where there is no such file
 */
export function parseConfiguration(
  file: string,
  text: string | undefined,
  known: readonly Named[],
): StackConfiguration {
  if (text === undefined) return { rules: new Map(), mistakes: [] };
  const root = parseObject(text);
  if (root === undefined) {
    const fix = 'write { "<rule>": { "<property>": <value> } }';
    return { rules: new Map(), mistakes: [{ path: file, problem: "is no JSON object", fix }] };
  }
  const mistakes: Finding[] = [];
  const rules = new Map<string, RuleSettings>();
  for (const [name, value] of Object.entries(root)) {
    const path = `${file}: ${name}`;
    const rule = known.find((rule) => rule.name === name);
    const settings = settingsOf(value);
    if (rule === undefined) {
      const fix = `name one of ${known.map((rule) => rule.name).join(", ")}`;
      mistakes.push({ path, problem: "is no rule of this pack", fix });
    } else if (typeof settings === "string") {
      mistakes.push({
        path,
        problem: settings,
        fix: `write a level (${LEVELS.join(", ")}), or an object of properties`,
      });
    } else if (settings.level !== "mandatory" && rule.isExemptible === false) {
      mistakes.push({
        path,
        problem: `is ${settings.level}, and this rule cannot be switched off`,
        fix: "leave its level out",
      });
    } else {
      rules.set(name, settings);
    }
  }
  return { rules, mistakes };
}

/** @returns what is wrong where it is neither a level nor an object */
function settingsOf(value: unknown): RuleSettings | string {
  if (isLevel(value)) return { level: value, config: {} };
  if (!isObject(value)) return `is ${JSON.stringify(value)}`;
  const { enforcementLevel: level = "mandatory", ...config } = value;
  return isLevel(level) ? { level, config } : `has the enforcementLevel ${JSON.stringify(level)}`;
}

const isLevel = (value: unknown): value is Level => LEVELS.includes(value as Level);

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
