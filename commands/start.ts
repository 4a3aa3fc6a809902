import { missingComponents, type Pod, runningImages } from "../checks/post/running-images.ts";
import { environment, standIns } from "../lab/environment.ts";
import { execute } from "../lab/execute.ts";
import { ensureImages, type LabImages } from "../lab/images/images.ts";
import { type Lab, unavailable, up } from "../lab/lab.ts";
import { formatDuration, stderrProgress } from "../lab/progress.ts";
import { BOOKWYRM_COMPONENTS } from "../model/labels.ts";
import { LOCAL_STACK, prepareLocalStack } from "./local-stack.ts";
import { runPulumi } from "./pulumi.ts";
import { imageTable } from "./report.ts";

const NAMESPACE = "bookwyrm";

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
  const isRunningAsPinned = await showRunning(lab, images);
  process.stdout.write(`\nReady after ${formatDuration(performance.now() - began)}.\n`);
  return isRunningAsPinned ? 0 : 1;
}

async function showRunning(lab: Lab, images: LabImages): Promise<boolean> {
  const digestOf = (reference: string): string => reference.split("@")[1] ?? "";
  const pinned = {
    ...Object.fromEntries(
      BOOKWYRM_COMPONENTS.map((component) => [component, digestOf(images.bookwyrm)]),
    ),
    postgres: digestOf(images.postgres),
    "redis-activity": digestOf(images.redis),
    "redis-broker": digestOf(images.redis),
  };
  const running = runningImages(await podsOf(lab), pinned);
  const missing = missingComponents(running, pinned);
  process.stdout.write(`\n${imageTable(running)}\n`);
  for (const component of missing) process.stdout.write(`${component} has no pod\n`);
  process.stdout.write(
    [
      "",
      `site    ${lab.siteUrl}/nodeinfo/2.0`,
      `flower  kubectl -n ${NAMESPACE} port-forward service/flower 8888, then http://localhost:8888/flower/`,
      `        pulumi config get flowerBasicAuth --stack ${LOCAL_STACK} shows its user and password`,
      'shell   eval "$(npx wyrm lab env)" gives pulumi and kubectl what they need',
      "",
    ].join("\n"),
  );
  return missing.length === 0 && running.every(({ verdict }) => verdict === "pass");
}

async function podsOf({ kubeconfig, context }: Lab): Promise<readonly Pod[]> {
  const pods = await execute(
    ["kubectl", "--context", context, "get", "pods", "--namespace", NAMESPACE, "--output", "json"],
    { env: { ...environment(), KUBECONFIG: kubeconfig } },
  );
  return (JSON.parse(pods) as { readonly items: readonly Pod[] }).items;
}
