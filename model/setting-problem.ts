/** One mistake in the stack's settings. */
export interface SettingProblem {
  /** Path below the project's namespace, for example `workers[0].queues`. */
  readonly setting: string;
  /** What stands there now; undefined where nothing does. */
  readonly found: unknown;
  /** Reads on from the setting's name, for example `is not set`. */
  readonly problem: string;
  /** `edit` is for objects and lists, which no command writes well. */
  readonly remedy: "set" | "edit" | "remove";
}
