import type { Check } from "../check.ts";
import type { Cluster } from "../cluster/cluster.ts";
import { type Migrations, migrationsIn, pendingOn } from "../cluster/migrations.ts";
import { takeReading } from "../cluster/reading.ts";
import { readyPod } from "../cluster/workloads.ts";
import { count } from "../findings.ts";
import { NoAnswer } from "../no-answer.ts";
import type { Expected } from "../post/expected.ts";

interface Instance {
  readonly cluster: Pick<Cluster, "list" | "execute" | "secret">;
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
    if ((await target.cluster.list("deployments", signal)).length === 0) {
      return {
        verdict: "skipped",
        summary: "Nothing is deployed there yet: there is no database to lose.",
      };
    }
    const read = async (name: string, { cluster, expected }: Instance): Promise<Migrations> => {
      const pod = await readyPod(takeReading(cluster, signal), expected.workloads, "web");
      if (pod === undefined) throw nobodyToAsk(name);
      return migrationsIn(cluster, pod, signal);
    };
    const [code, database] = await Promise.all([
      read("staging", staging),
      read("the target", target),
    ]);
    const pending = pendingOn(code, database);
    const stay = pending.filter(({ isReversible }) => !isReversible).map(({ name }) => name);
    const warning =
      stay.length === 0
        ? "all of them can be taken back"
        : `a rollback behind ${stay.join(", ")} takes a restore of the database`;
    return {
      verdict: "pass",
      summary:
        pending.length === 0
          ? "The database has every migration of the candidate."
          : `The candidate applies ${count(pending.length, "migration")}; ${warning}.`,
      evidence: pending.map(
        ({ name, isReversible }) => `${name}${isReversible ? "" : " (irreversible)"}`,
      ),
    };
  },
});

const nobodyToAsk = (name: string): NoAnswer =>
  new NoAnswer(
    `${name} has no ready web pod that could be asked.`,
    "Bring one up; where the site is down and this release is to mend it, waive this guard: docs/releasing.md, break-glass.",
  );
