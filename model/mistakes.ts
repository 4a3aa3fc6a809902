import type { SecretProblem } from "./secrets.ts";
import type { SettingProblem } from "./setting-problem.ts";

export interface Mistakes {
  readonly settings: readonly SettingProblem[];
  readonly secrets: readonly SecretProblem[];
  /** Names of what is no setting. */
  readonly unknown: readonly string[];
}

/** Whose configuration it is: what stands before every key, and in the name of the file. */
export interface Place {
  readonly project: string;
  readonly stack: string;
}

/** One line for each mistake: what was found, what is wrong with it, and what to write. */
export const mistakeLines = (place: Place, { settings, secrets, unknown }: Mistakes): string[] => [
  ...settings.map((problem) => settingLine(place, problem)),
  ...secrets.map(
    ({ secret, problem }) =>
      `  ${place.project}:${secret} ${problem}. Write: ${config(place, "set --secret", secret)}`,
  ),
  ...unknown.map(
    (name) =>
      `  ${place.project}:${name} is no setting (docs/settings.md lists them). Write: ${config(place, "rm", name)}`,
  ),
];

/** Longer values are cut: a message shows what is meant, the file shows all of it. */
const FOUND_MAX_LENGTH = 160;

function settingLine(place: Place, { setting, found, problem, remedy }: SettingProblem): string {
  const isUnset = found === undefined || found === "";
  const text = isUnset ? "" : ` ${JSON.stringify(found).slice(0, FOUND_MAX_LENGTH)}`;
  const remedies = {
    set: `Write: ${config(place, "set", setting)} <value>`,
    edit: `Edit Pulumi.${place.stack}.yaml`,
    remove: `Write: ${config(place, "rm", setting)}`,
  };
  return `  ${place.project}:${setting}${text} ${problem}. ${remedies[remedy]}`;
}

function config({ project, stack }: Place, command: string, setting: string): string {
  const isPath = /[.[]/.test(setting);
  const key = isPath ? `--path '${project}:${setting}'` : `${project}:${setting}`;
  return `pulumi config ${command} --stack ${stack} ${key}`;
}
