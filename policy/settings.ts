import type { Level, RuleConfig, RuleSettings } from "./configuration.ts";
import { type Finding, pageOf, type RuleText } from "./rule.ts";
import { schemaMistakes } from "./schema.ts";

/** How a rule judges in one run. */
export interface Settings {
  readonly level: Level;
  readonly config: RuleConfig;
  /** A rule that has any judges nothing: it would not know what it is to judge by. */
  readonly mistakes: readonly Finding[];
}

interface Sources {
  /** As messages name it. */
  readonly file: string;
  readonly fromFile: RuleSettings | undefined;
  /** From --policy-pack-config. */
  readonly fromEngine: RuleConfig;
}

/** Puts together what the stack's file and the engine say; the engine goes before. */
export function settingsOf(rule: RuleText, { file, fromFile, fromEngine }: Sources): Settings {
  const config = { ...fromFile?.config, ...fromEngine };
  const { properties = {} } = rule.configSchema ?? {};
  const mistakes = schemaMistakes(rule.configSchema ?? {}, config).map(({ path, problem }) => {
    const property = /^[^[]*/.exec(path)?.[0] ?? path;
    const isFromEngine = Object.hasOwn(fromEngine, property);
    const example = `{ "${rule.name}": { "${property}": … } }`;
    const meaning = properties[property]?.description ?? `see ${pageOf(rule.name)}`;
    return {
      path: `${isFromEngine ? "--policy-pack-config" : file}: ${rule.name}.${path}`,
      problem,
      fix:
        config[property] === undefined
          ? `write ${example} into ${file} beside the folder of the pack (${meaning})`
          : `correct it (${meaning})`,
    };
  });
  return { level: fromFile?.level ?? "mandatory", config, mistakes };
}
