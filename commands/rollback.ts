import { connect } from "../checks/cluster/connect.ts";
import { migrationsIn } from "../checks/cluster/migrations.ts";
import { takeReading } from "../checks/cluster/reading.ts";
import {
  lastVerified,
  type Verification,
  verifications,
} from "../checks/cluster/verification-record.ts";
import { readyPod } from "../checks/cluster/workloads.ts";
import { expectedOf } from "../checks/post/expected.ts";
import { type DeployOptions, deployStack, requireConfirmable } from "./deploy.ts";
import { pinTo } from "./pin.ts";
import { releaseImage } from "./pinning.ts";
import { migrationPlan } from "./rollback-plan.ts";
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
  if (stack.settings.guardrails.git === undefined) requireConfirmable(options);
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
  const current = pod === undefined ? undefined : await migrationsIn(cluster, pod, signal);
  const { kept, problem } = migrationPlan(target, { current, cross });
  if (kept.length > 0) {
    process.stderr.write(
      `The database keeps ${kept.join(", ")}: the earlier code runs on the newer schema. Nothing takes a migration back by itself.\n`,
    );
  }
  if (problem !== undefined) return refuse(problem);
  return goBack(stack, target, options);
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
