import type { Check } from "../check.ts";
import type { Cluster } from "../cluster/cluster.ts";
import { lastWords } from "../cluster/last-words.ts";
import type { Reading } from "../cluster/reading.ts";
import { readyPod } from "../cluster/workloads.ts";
import { fail, outcomeOf, unknown } from "../findings.ts";
import type { Expected } from "./expected.ts";

export interface SchemaCurrentArgs {
  readonly cluster: Pick<Cluster, "execute" | "secret">;
  readonly reading: Reading;
  readonly expected: Expected;
}

/**
 * The plan in words, since `migrate --check` alone ends with 1 for a pending migration and for a
 * database that is away (Django 4.2 to 5.2).
 */
const COMMAND = ["python", "manage.py", "migrate", "--check", "--plan"];
const PENDING = "Planned operations:";
const NOTHING = "No planned migration operations.";

/** The code in a running web pod finds no migration to apply. */
export const schemaCurrentCheck = (args: SchemaCurrentArgs): Check => ({
  id: "schema-current",
  run: async (signal) => {
    const { cluster, reading, expected } = args;
    const remedy = "Run pulumi up, which migrates before it touches a pod.";
    const pod = await readyPod(reading, expected.workloads, "web");
    if (pod === undefined) {
      return outcomeOf([fail("no web pod is ready to be asked for its migrations")], {
        passed: "",
        remedy: "Bring a web pod up first; the check rollout-complete says what it lacks.",
      });
    }
    const { name } = pod.metadata;
    const executed = await cluster.execute({ pod: name, container: "web" }, COMMAND, signal);
    const { exitCode, stdout } = executed;
    const passed = `${name} finds no migration to apply.`;
    if (exitCode === 0 && stdout.includes(NOTHING)) return outcomeOf([], { passed, remedy });
    if (exitCode === 1 && stdout.includes(PENDING)) {
      const pending = pendingOf(stdout);
      return outcomeOf([fail(`the database lacks ${pending.length.toString()} migrations`)], {
        passed,
        evidence: pending,
        remedy,
      });
    }
    const said = await lastWords(executed, { pod, cluster }, signal);
    return outcomeOf(
      [unknown(`migrate --check in ${name} ended with ${exitCode.toString()}: ${said}`)],
      { passed, remedy: "See whether Postgres answers, and verify again." },
    );
  },
});

/** A migration stands at the start of a line, its operations are indented below it. */
const pendingOf = (plan: string): string[] =>
  plan
    .slice(plan.indexOf(PENDING) + PENDING.length)
    .split("\n")
    .filter((line) => /^\w+\.\w+$/.test(line));
