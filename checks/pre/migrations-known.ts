import type { Check } from "../check.ts";
import type { Cluster } from "../cluster/cluster.ts";
import { migrationsIn, pendingOn } from "../cluster/migrations.ts";
import { takeReading } from "../cluster/reading.ts";
import { readyPod } from "../cluster/workloads.ts";
import { count, fail, outcomeOf } from "../findings.ts";
import type { Expected } from "../post/expected.ts";

interface Instance {
  readonly cluster: Pick<Cluster, "list" | "execute">;
  readonly expected: Expected;
}

export interface MigrationsKnownArgs {
  /** Runs the candidate: `staging-healthy` proves it. */
  readonly staging: Instance;
  /** Is about to get the candidate. */
  readonly target: Instance;
}

/**
 * What the candidate would apply to the target's database is known before, and which of it cannot be
 * taken back. A migration that was changed under its old name does not show (bookwyrm's 0220 was).
 */
export const migrationsKnownCheck = ({ staging, target }: MigrationsKnownArgs): Check => ({
  id: "migrations-known",
  run: async (signal) => {
    const texts = {
      passed: "",
      remedy: "Bring up a web pod in both namespaces; one of them has none that is ready.",
    };
    if ((await target.cluster.list("deployments", signal)).length === 0) {
      return {
        verdict: "skipped",
        summary: "Nothing is deployed there yet: there is no database to lose.",
      };
    }
    const read = async ({ cluster, expected }: Instance) => {
      const pod = await readyPod(takeReading(cluster, signal), expected.workloads, "web");
      return pod === undefined ? undefined : migrationsIn(cluster, pod, signal);
    };
    const [code, database] = await Promise.all([read(staging), read(target)]);
    if (code === undefined) return outcomeOf([fail("staging has no web pod to ask")], texts);
    if (database === undefined) return outcomeOf([fail("the target has no web pod to ask")], texts);
    const pending = pendingOn(code, database);
    const stay = pending.filter(({ isReversible }) => !isReversible).map(({ name }) => name);
    const warning =
      stay.length === 0
        ? "all of them can be taken back"
        : `a rollback behind ${stay.join(", ")} takes a restore of the database`;
    return outcomeOf([], {
      ...texts,
      passed:
        pending.length === 0
          ? "The database has every migration of the candidate."
          : `The candidate applies ${count(pending.length, "migration")}; ${warning}.`,
      evidence: pending.map(
        ({ name, isReversible }) => `${name}${isReversible ? "" : " (irreversible)"}`,
      ),
    });
  },
});
