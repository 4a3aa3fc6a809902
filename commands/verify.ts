import { setTimeout as sleep } from "node:timers/promises";
import { type Check, type CheckResult, runChecks } from "../checks/check.ts";
import type { Cluster } from "../checks/cluster/cluster.ts";
import { connect } from "../checks/cluster/connect.ts";
import { migrationsIn } from "../checks/cluster/migrations.ts";
import { type Reading, takeReading } from "../checks/cluster/reading.ts";
import { recordVerification } from "../checks/cluster/verification-record.ts";
import { readyPod } from "../checks/cluster/workloads.ts";
import { crashLogsCheck } from "../checks/post/crash-logs.ts";
import { type Expected, expectedOf } from "../checks/post/expected.ts";
import { imagesRunningCheck } from "../checks/post/images-running.ts";
import { jobsCompleteCheck } from "../checks/post/jobs-complete.ts";
import { registrySecretCheck } from "../checks/post/registry-secret.ts";
import { rolloutCompleteCheck } from "../checks/post/rollout-complete.ts";
import { schemaCurrentCheck } from "../checks/post/schema-current.ts";
import { sentryCheck } from "../checks/post/sentry.ts";
import { servedVersionCheck } from "../checks/post/served-version.ts";
import { singleBeatCheck } from "../checks/post/single-beat.ts";
import { soakCheck } from "../checks/post/soak.ts";
import { warningEventsCheck } from "../checks/post/warning-events.ts";
import { workersAnswerCheck } from "../checks/post/workers-answer.ts";
import { registryAuthority } from "../checks/registry/authority.ts";
import { imageResolver } from "../checks/registry/resolver.ts";
import { messageOf } from "../checks/text.ts";
import { stderrProgress } from "../lab/progress.ts";
import { PROJECT } from "./pulumi.ts";
import { showResults, verdictExitCode } from "./results.ts";
import { openStack, type Stack } from "./stack.ts";

/** Beside the soak time: commands in pods start a whole Django, on a busy node for longer than seems possible. */
const TIMEOUT_MS = 90_000;
/** How far a nightly run looks back for warnings and crashes. */
const LOOK_BACK_MS = 60 * 60 * 1000;
const RECORD_TIMEOUT_MS = 60_000;

export interface VerifyOptions {
  /** Instead of `verification.soakSeconds`. */
  readonly soakSeconds?: number | undefined;
  /** Crashes and warnings from then on count, by the cluster's clock. @default an hour ago */
  readonly since?: Date;
}

/** @returns the exit code: 0 pass, 1 fail, 2 could not tell */
export async function verify(
  name: string | undefined,
  { json, soakSeconds }: { readonly json: boolean; readonly soakSeconds?: number | undefined },
): Promise<number> {
  const stack = await openStack(name, "verify");
  const results = await verifyStack(stack, { soakSeconds });
  showResults(results, { json });
  return verdictExitCode(results);
}

/** Judges what runs, and leaves the verdict in the cluster for whoever promotes or rolls back. */
export async function verifyStack(
  { settings, hasFlower, context, sentryToken }: Stack,
  { soakSeconds = settings.verification.soakSeconds, since }: VerifyOptions,
): Promise<CheckResult[]> {
  const cluster = await connect(settings);
  const expected = expectedOf(settings, hasFlower);
  const timeoutMs = TIMEOUT_MS + soakSeconds * 1000;
  const read = (): Reading => takeReading(cluster, AbortSignal.timeout(timeoutMs));
  const reading = read();
  const begin = since ?? new Date(Date.now() - LOOK_BACK_MS);
  const ca = registryAuthority(settings, PROJECT);
  const resolveImage = imageResolver(settings, { password: context.registryPassword, ca });
  const { publicly, sentry } = settings.verification;
  const checks: Check[] = [
    rolloutCompleteCheck({ reading, expected }),
    imagesRunningCheck({ reading, expected, resolveImage }),
    soakCheck({
      reading,
      expected,
      readAgain: read,
      seconds: soakSeconds,
      sleep: (milliseconds, signal) => sleep(milliseconds, undefined, { signal }),
    }),
    jobsCompleteCheck({ reading, expected }),
    schemaCurrentCheck({ cluster, reading, expected }),
    servedVersionCheck({
      cluster,
      reading,
      expected,
      ...(publicly && { publicUrl: new URL(`https://${settings.domain}`) }),
    }),
    singleBeatCheck({ reading }),
    workersAnswerCheck({ cluster, reading, expected }),
    warningEventsCheck({ reading, since: begin }),
    crashLogsCheck({ cluster, reading, since: begin }),
    registrySecretCheck({ cluster, expected }),
    sentryCheck(
      sentry && {
        ...sentry,
        url: new URL(sentry.url),
        release: settings.image.version,
        token: sentryToken ?? "",
      },
    ),
  ];
  const results = await stderrProgress.step("verify what runs", () =>
    runChecks(checks, { timeoutMs }),
  );
  await record(cluster, { expected, reference: settings.image.reference, results });
  return results;
}

interface Verified {
  readonly expected: Expected;
  readonly reference: string;
  readonly results: readonly CheckResult[];
}

/** A record that cannot be written changes no verdict; without it a later promotion or rollback is refused. */
async function record(cluster: Cluster, { expected, reference, results }: Verified): Promise<void> {
  const verdict = (["pass", "fail", "unknown"] as const)[verdictExitCode(results)] ?? "unknown";
  const signal = AbortSignal.timeout(RECORD_TIMEOUT_MS);
  try {
    const heads = await headsOf(cluster, expected, signal).catch(() => undefined);
    await recordVerification(
      cluster,
      { reference, verdict, at: new Date().toISOString(), ...(heads && { heads }) },
      signal,
    );
  } catch (error) {
    const reason = messageOf(error);
    process.stderr.write(`The verdict could not be recorded in the cluster: ${reason}\n`);
  }
}

async function headsOf(
  cluster: Cluster,
  { workloads }: Expected,
  signal: AbortSignal,
): Promise<readonly string[] | undefined> {
  const pod = await readyPod(takeReading(cluster, signal), workloads, "web");
  return pod === undefined ? undefined : (await migrationsIn(cluster, pod, signal)).heads;
}
