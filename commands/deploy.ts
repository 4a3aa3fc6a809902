import { mkdirSync } from "node:fs";
import { createInterface } from "node:readline/promises";
import type { Stack as PulumiStack } from "@pulumi/pulumi/automation/index.js";
import { join } from "node:path";
import { type JudgedResult, standsInTheWay } from "../checks/break-glass.ts";
import type { Cluster } from "../checks/cluster/cluster.ts";
import { connect } from "../checks/cluster/connect.ts";
import { crashReport } from "../checks/cluster/crash-report.ts";
import { watchRollout } from "../checks/cluster/watch-rollout.ts";
import { expectedOf } from "../checks/post/expected.ts";
import { judgeGuards } from "../checks/pre/judge-guards.ts";
import { messageOf, printable, printableLines } from "../checks/text.ts";
import { LABEL, PART_OF } from "../model/labels.ts";
import { type Deployment, writeReport } from "./deployment-report.ts";
import { PROJECT } from "./pulumi.ts";
import { showResults, verdictExitCode } from "./results.ts";
import { openStack, type Stack } from "./stack.ts";
import { UsageError } from "./usage.ts";
import { verifyStack } from "./verify.ts";

export interface DeployOptions {
  /** Does not ask; due where nobody can answer. */
  readonly yes: boolean;
  /** Folder for the report. */
  readonly report: string;
  readonly json: boolean;
  readonly soakSeconds?: number | undefined;
}

const CRASH_REPORT_TIMEOUT_MS = 15_000;
const CLOCK_TIMEOUT_MS = 15_000;

/** @returns the exit code: 0 deployed and verified, 1 stopped or failed, 2 could not tell */
export async function deploy(name: string | undefined, options: DeployOptions): Promise<number> {
  const stack = await openStack(name, "deploy");
  requireConfirmable(options);
  return deployStack(stack, options);
}

/** @throws UsageError where it is to ask, and nobody can answer */
export function requireConfirmable({ yes }: Pick<DeployOptions, "yes">): void {
  if (!yes && !process.stdin.isTTY) {
    throw new UsageError("Nobody is here to confirm the deployment: write --yes");
  }
}

/** Every step waits for the one before; the report says how far it came. */
export async function deployStack(stack: Stack, options: DeployOptions): Promise<number> {
  // Now, and not when the deployment is done and its report has no place.
  mkdirSync(options.report, { recursive: true });
  const began = new Date();
  try {
    const { exitCode, ...outcome } = await steps(stack, options);
    report(stack, options, { began, ...outcome });
    return exitCode;
  } catch (error) {
    report(stack, options, { began, guards: [], end: `stopped: ${printable(messageOf(error))}` });
    throw error;
  }
}

function report(
  { name, settings }: Stack,
  options: DeployOptions,
  outcome: Omit<Deployment, "stack" | "reference" | "ended">,
): void {
  const { reference } = settings.image;
  const deployment: Deployment = { stack: name, reference, ended: new Date(), ...outcome };
  const file = writeReport(options.report, deployment);
  if (options.json) process.stdout.write(`${JSON.stringify(deployment)}\n`);
  process.stderr.write(`${deployment.stack}: ${deployment.end}. Report: ${file}\n`);
}

type Outcome = Pick<Deployment, "end" | "guards" | "verification" | "crashes"> & {
  readonly exitCode: number;
};

async function steps(stack: Stack, options: DeployOptions): Promise<Outcome> {
  say("1/4 guards");
  const guards: readonly JudgedResult[] = await judgeGuards(stack.settings, stack.context);
  showResults(guards, { json: false, stream: process.stderr });
  if (guards.some(standsInTheWay)) {
    return { end: "stopped by the guards", guards, exitCode: verdictExitCode(guards) };
  }
  const { LocalWorkspace } = await import("@pulumi/pulumi/automation/index.js");
  const pulumi = await LocalWorkspace.selectStack({ stackName: stack.name, workDir: PROJECT });
  const engine = { policyPacks: [join(PROJECT, "policy")], onOutput: toStderr };
  const recovery = await ending(pulumi, async () => {
    const { removeHalfMade } = await import("./interrupted.ts");
    await removeHalfMade(pulumi, () => connect(stack.settings));
  });
  if (recovery !== "done") {
    return { end: `stopped before the preview: ${recovery}`, guards, exitCode: 1 };
  }
  say("2/4 preview with the policies");
  const preview = await ending(pulumi, () => pulumi.preview(engine));
  if (preview !== "done") return { end: `stopped by the preview: ${preview}`, guards, exitCode: 1 };
  if (!options.yes && !(await isConfirmed(stack))) {
    return { end: "not confirmed", guards, exitCode: 1 };
  }
  say("3/4 update");
  const cluster = await connect(stack.settings);
  const since = await cluster.now(AbortSignal.timeout(CLOCK_TIMEOUT_MS));
  const update = await updates(pulumi, { cluster, stack, engine });
  if (update !== "done") {
    const crashes = await crashesIn(cluster);
    if (crashes !== "") process.stderr.write(`\nWhat crashed or waits:\n${crashes}\n`);
    return { end: `failed in the update: ${update}`, guards, crashes, exitCode: 1 };
  }
  say("4/4 verify");
  return { guards, ...(await verified(stack, options, since)) };
}

/** Whatever happens here, the stack has changed, and there is to be a report of it. */
async function verified(
  stack: Stack,
  { soakSeconds }: DeployOptions,
  since: Date,
): Promise<Omit<Outcome, "guards">> {
  try {
    const verification = await verifyStack(stack, { soakSeconds, since });
    showResults(verification, { json: false, stream: process.stderr });
    const exitCode = verdictExitCode(verification);
    return { end: ENDS[exitCode] ?? NOT_VERIFIED, verification, exitCode };
  } catch (error) {
    return { end: `${NOT_VERIFIED}: ${printable(messageOf(error))}`, exitCode: 2 };
  }
}

const NOT_VERIFIED = "deployed, but not verified";

/** By the exit code of the verification. */
const ENDS = ["deployed and verified", "deployed, but what runs is wrong", NOT_VERIFIED];

interface Update {
  readonly cluster: Cluster;
  readonly stack: Stack;
  readonly engine: { readonly policyPacks: string[]; readonly onOutput: (text: string) => void };
}

/** While the engine waits, every workload says how far it is. */
async function updates(pulumi: PulumiStack, { cluster, stack, engine }: Update): Promise<string> {
  const watching = new AbortController();
  const watch = watchRollout(
    cluster,
    {
      workloads: expectedOf(stack.settings, stack.hasFlower).workloads,
      onChange: ({ workload, line }) => {
        say(`    ${workload}: ${line}`);
      },
    },
    watching.signal,
  );
  try {
    return await ending(pulumi, () => pulumi.up(engine));
  } finally {
    watching.abort();
    await watch;
  }
}

/** @returns `done`, or in a few words what the engine has said at length. */
async function ending(pulumi: PulumiStack, run: () => Promise<unknown>): Promise<string> {
  const [{ CommandError, ConcurrentUpdateError }, { lockHolders, pastStaleLock }] =
    await Promise.all([import("@pulumi/pulumi/automation/index.js"), import("./stale-lock.ts")]);
  try {
    await pastStaleLock(pulumi, run);
    return "done";
  } catch (error) {
    if (error instanceof ConcurrentUpdateError) {
      return `another update of this stack is under way${lockHolders(error.message)}`;
    }
    if (error instanceof CommandError) return "see what Pulumi says above";
    throw error;
  }
}

const crashesIn = (cluster: Cluster): Promise<string> =>
  crashReport(cluster, { [LABEL.partOf]: PART_OF }, AbortSignal.timeout(CRASH_REPORT_TIMEOUT_MS))
    .then(printableLines)
    .catch((error: unknown) => `The cluster does not say: ${messageOf(error)}`);

async function isConfirmed({ name, settings }: Stack): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await terminal.question(`Deploy ${settings.image.reference} to ${name}? (yes) `);
  terminal.close();
  return answer.trim() === "yes";
}

function toStderr(text: string): void {
  process.stderr.write(text);
}

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}
