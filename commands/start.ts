import { runChecks } from "../checks/check.ts";
import { connect } from "../checks/cluster/connect.ts";
import { takeReading } from "../checks/cluster/reading.ts";
import { expectedOf } from "../checks/post/expected.ts";
import { imagesRunningCheck } from "../checks/post/images-running.ts";
import { rolloutCompleteCheck } from "../checks/post/rollout-complete.ts";
import { readStackFile } from "../checks/stack-file.ts";
import { environment, standIns } from "../lab/environment.ts";
import { ensureImages } from "../lab/images/lab-images.ts";
import { type Lab, unavailable, up } from "../lab/lab.ts";
import { formatDuration, stderrProgress } from "../lab/progress.ts";
import { LOCAL_STACK, prepareLocalStack } from "./local-stack.ts";
import { PROJECT, runPulumi } from "./pulumi.ts";
import { imageTable } from "./report.ts";

const CHECK_TIMEOUT_MS = 30_000;

/** Brings up the lab, deploys BookWyrm on it, and shows what really runs. @returns the exit code */
export async function start(): Promise<number> {
  const began = performance.now();
  const reason = unavailable();
  if (reason !== undefined) {
    process.stderr.write(`The lab cannot run here: ${reason}.\n`);
    return 1;
  }
  const lab = await up(stderrProgress);
  const images = await ensureImages(lab.registry, stderrProgress);
  const env = environment();
  for (const plugin of standIns()) {
    stderrProgress.note(`The official ${plugin} is not installed: lab/plugins stands in for it`);
  }
  await prepareLocalStack(lab, images, env);
  const args = ["up", "--yes", "--stack", LOCAL_STACK, "--policy-pack", "policy"];
  const exitCode = await runPulumi(args, env);
  if (exitCode !== 0) return exitCode;
  const isRunningAsPinned = await showRunning(lab);
  process.stdout.write(`\nReady after ${formatDuration(performance.now() - began)}.\n`);
  return isRunningAsPinned ? 0 : 1;
}

async function showRunning(lab: Lab): Promise<boolean> {
  const { settings, hasFlower } = readStackFile(PROJECT, LOCAL_STACK);
  const { context, namespace } = settings;
  const cluster = await connect({ context, namespace, kubeconfig: lab.kubeconfig });
  const reading = takeReading(cluster, AbortSignal.timeout(CHECK_TIMEOUT_MS));
  const expected = expectedOf(settings, hasFlower);
  const results = await runChecks(
    [
      imagesRunningCheck({
        reading,
        expected,
        onImages: (images) => process.stdout.write(`\n${imageTable(images)}\n`),
      }),
      rolloutCompleteCheck({ reading, expected }),
    ],
    { timeoutMs: CHECK_TIMEOUT_MS },
  );
  const problems = results.filter(({ verdict }) => verdict !== "pass");
  for (const { id, verdict, summary } of problems) {
    process.stdout.write(`${verdict} ${id}: ${summary}\n`);
  }
  process.stdout.write(
    [
      "",
      `site    ${lab.siteUrl}/nodeinfo/2.0`,
      `flower  kubectl -n ${namespace} port-forward service/flower 8888, then http://localhost:8888/flower/`,
      `        pulumi config get flowerBasicAuth --stack ${LOCAL_STACK} shows its user and password`,
      'shell   eval "$(npx wyrm lab env)" gives pulumi and kubectl what they need',
      "",
    ].join("\n"),
  );
  return problems.length === 0;
}
