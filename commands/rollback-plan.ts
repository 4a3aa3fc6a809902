import { crossed, type Migrations } from "../checks/cluster/migrations.ts";
import type { Verification } from "../checks/cluster/verification-record.ts";

export interface Schema {
  /** What the database has now; left out where no pod could list it. */
  readonly current: Migrations | undefined;
  /** Irreversible migrations that the rollback may go behind, each by its full name; `unknown` for those that nobody can name. */
  readonly cross: readonly string[];
}

export interface MigrationPlan {
  /** What the database keeps, though the earlier code does not know it. */
  readonly kept: readonly string[];
  /** Why it is refused; left out where it may go on. */
  readonly problem?: string;
}

/** Names what a rollback would cross, and refuses it where a person has not said that it may. */
export function migrationPlan(
  release: Pick<Verification, "heads" | "reference">,
  { current, cross }: Schema,
): MigrationPlan {
  const { heads } = release;
  const named = new Set(cross);
  const between = heads && current && crossed(current, heads);
  if (between === undefined) {
    if (named.has("unknown")) return { kept: [] };
    const why = whyUnknown(release, current);
    const problem = `Which migrations lie between is not known: ${why}. Look yourself, and write --cross unknown where none of them is in the way.`;
    return { kept: [], problem };
  }
  const kept = between.map(({ name }) => name);
  const refused = between.filter(({ name, isReversible }) => !isReversible && !named.has(name));
  if (refused.length === 0) return { kept };
  const names = refused.map(({ name }) => name).join(", ");
  const flags = refused.map(({ name }) => `--cross ${name}`).join(" ");
  const problem = `The rollback goes behind ${names}, which cannot be taken back: to have the earlier schema again takes a restore of a backup from before, and loses what was written since. Where the earlier code runs on the newer schema, write ${flags}.`;
  return { kept, problem };
}

function whyUnknown(
  { heads, reference }: Parameters<typeof migrationPlan>[0],
  current: Migrations | undefined,
): string {
  if (heads === undefined) return `nobody recorded the migrations of ${reference}`;
  return current === undefined
    ? "no web pod is ready that could list the migrations of the database"
    : `the code that runs does not know all migrations of ${reference}`;
}
