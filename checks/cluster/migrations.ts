import * as v from "valibot";
import { type Cluster, ClusterError } from "./cluster.ts";
import { lastWords } from "./last-words.ts";
import type { Pod } from "./objects.ts";

export interface Migration {
  /** With its app, for example `bookwyrm.0219_datamigration_fix_isbn10`. */
  readonly name: string;
  /** Whether Django can take it back: every one of its operations says so. */
  readonly isReversible: boolean;
  /** Names of the migrations that it comes after, as its file says. */
  readonly dependsOn: readonly string[];
}

/** What the code in a pod knows, and what its database has. */
export interface Migrations {
  readonly known: readonly Migration[];
  readonly applied: readonly string[];
  /** The last one of each app. */
  readonly heads: readonly string[];
}

/** Django 4.2 to 5.2; it reads the database and changes nothing. */
const SCRIPT = `\
import json
from django.db import connection
from django.db.migrations.loader import MigrationLoader

loader = MigrationLoader(connection)
print(json.dumps({
    "known": [
        {
            "name": f"{app}.{name}",
            "isReversible": all(o.reversible for o in migration.operations),
            "dependsOn": [f"{other}.{earlier}" for other, earlier in migration.dependencies],
        }
        for (app, name), migration in sorted(loader.disk_migrations.items())
    ],
    "applied": sorted(f"{app}.{name}" for app, name in loader.applied_migrations),
    "heads": sorted(f"{app}.{name}" for app, name in loader.graph.leaf_nodes()),
}))
`;

const Known = v.object({
  name: v.string(),
  isReversible: v.boolean(),
  dependsOn: v.array(v.string()),
});
const Answer = v.object({
  known: v.pipe(v.array(Known), v.minLength(1)),
  applied: v.array(v.string()),
  heads: v.array(v.string()),
});

/** @param pod A web pod that runs the code that is asked for. @throws where it does not answer */
export async function migrationsIn(
  cluster: Pick<Cluster, "execute" | "secret">,
  pod: Pod,
  signal: AbortSignal,
): Promise<Migrations> {
  const command = ["python", "manage.py", "shell", "-c", SCRIPT];
  const { name } = pod.metadata;
  const executed = await cluster.execute({ pod: name, container: "web" }, command, signal);
  // Django's shell may say what it imports first.
  const answer = executed.stdout.trim().split("\n").at(-1) ?? "";
  try {
    return v.parse(Answer, JSON.parse(answer));
  } catch (error) {
    const said = await lastWords(executed, { pod, cluster }, signal);
    throw new ClusterError(
      `${name} does not list its migrations (exit code ${executed.exitCode.toString()}): ${said}`,
      { cause: error },
    );
  }
}

/** What this code would apply to the database of another instance. */
export const pendingOn = (code: Migrations, database: Migrations): Migration[] => {
  const applied = new Set(database.applied);
  return code.known.filter(({ name }) => !applied.has(name));
};

/**
 * What the database has and an earlier release lacks, whose heads these are. Numbers say little: a branch
 * that was merged later brings in migrations with lower ones, so that what the heads depend on decides.
 *
 * @returns undefined where this code does not know one of the heads; one of an app that it dropped is no matter
 */
export function crossed(
  { known, applied }: Pick<Migrations, "known" | "applied">,
  earlierHeads: readonly string[],
): Migration[] | undefined {
  const byName = new Map(known.map((migration) => [migration.name, migration]));
  const apps = new Set(known.map(({ name }) => appOf(name)));
  if (earlierHeads.some((head) => !byName.has(head) && apps.has(appOf(head)))) return undefined;
  const earlier = new Set(earlierHeads);
  // A Set goes on to what is added while it is walked through.
  for (const name of earlier) {
    for (const dependency of byName.get(name)?.dependsOn ?? []) earlier.add(dependency);
  }
  return known.filter(({ name }) => applied.includes(name) && !earlier.has(name));
}

const appOf = (name: string): string => name.split(".")[0] ?? "";
