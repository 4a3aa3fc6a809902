import { connect } from "../checks/cluster/connect.ts";
import { crossed, migrationsIn } from "../checks/cluster/migrations.ts";
import { takeReading } from "../checks/cluster/reading.ts";
import {
  lastVerified,
  type Verification,
  verifications,
} from "../checks/cluster/verification-record.ts";
import { readyPod } from "../checks/cluster/workloads.ts";
import { expectedOf } from "../checks/post/expected.ts";
import { type DeployOptions, deployStack } from "./deploy.ts";
import { pinTo } from "./pin.ts";
import { releaseImage } from "./pinning.ts";
import { openStack, type Stack } from "./stack.ts";

const TIMEOUT_MS = 60_000;

export interface RollbackOptions extends DeployOptions {
  /** Irreversible migrations that it may go behind, each by its full name. */
  readonly cross: readonly string[];
}

/** @returns the exit code: 0 rolled back, 1 refused or failed, 2 could not tell */
export async function rollback(
  name: string | undefined,
  { cross, ...options }: RollbackOptions,
): Promise<number> {
  const stack = await openStack(name, "rollback");
  const cluster = await connect(stack.settings);
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  const history = await verifications(cluster, signal);
  const target = lastVerified(history, stack.settings.image.reference);
  if (target === undefined) {
    return refuse(
      "No other reference was ever verified on this stack: there is nothing to go back to.",
    );
  }
  process.stderr.write(`The last verified reference is ${target.reference}, of ${target.at}.\n`);
  const pod = await readyPod(
    takeReading(cluster, signal),
    expectedOf(stack.settings, stack.hasFlower).workloads,
    "web",
  );
  const problem = await migrationProblem(target, cross, () =>
    pod === undefined ? Promise.resolve(undefined) : migrationsIn(cluster, pod, signal),
  );
  if (problem !== undefined) return refuse(problem);
  return goBack(stack, target, options);
}

/** Names what a rollback would cross. @returns why it is refused; undefined where it may go on */
async function migrationProblem(
  { heads, reference }: Verification,
  cross: readonly string[],
  current: () => Promise<Parameters<typeof crossed>[0] | undefined>,
): Promise<string | undefined> {
  const named = new Set(cross);
  const migrations = heads === undefined ? undefined : await current();
  if (heads === undefined || migrations === undefined) {
    if (named.has("unknown")) return undefined;
    const why =
      heads === undefined
        ? `nobody recorded the migrations of ${reference}`
        : "no web pod is ready that could list the migrations of the database";
    return `Which migrations lie between is not known: ${why}. Look yourself, and write --cross unknown where none of them is in the way.`;
  }
  const between = crossed(migrations, heads);
  if (between.length > 0) {
    const names = between.map(({ name }) => name).join(", ");
    process.stderr.write(
      `The database keeps ${names}: the earlier code runs on the newer schema. Nothing takes a migration back by itself.\n`,
    );
  }
  const refused = between.filter(({ name, isReversible }) => !isReversible && !named.has(name));
  if (refused.length === 0) return undefined;
  const flags = refused.map(({ name }) => `--cross ${name}`).join(" ");
  return `The rollback goes behind ${refused.map(({ name }) => name).join(", ")}, which cannot be taken back: to have the earlier schema again takes a restore of a backup from before, and loses what was written since. Where the earlier code runs on the newer schema, write ${flags}.`;
}

async function goBack(stack: Stack, target: Verification, options: DeployOptions): Promise<number> {
  const image = releaseImage(target.reference);
  const pinned = await pinTo(stack, image);
  if (pinned !== 0) return pinned;
  if (stack.settings.guardrails.git !== undefined) {
    process.stdout.write(
      [
        "This stack is deployed from commits that are pushed. Now:",
        `  git commit --message "Roll ${stack.name} back" Pulumi.${stack.name}.yaml && git push`,
        `  npx wyrm deploy ${stack.name}`,
        "",
      ].join("\n"),
    );
    return 0;
  }
  return deployStack({ ...stack, settings: { ...stack.settings, image } }, options);
}

function refuse(reason: string): number {
  process.stderr.write(`${reason}\n`);
  return 1;
}
