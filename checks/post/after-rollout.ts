import { setTimeout as sleep } from "node:timers/promises";
import type { Cluster } from "../cluster/cluster.ts";
import { takeReading } from "../cluster/reading.ts";
import type { Expected } from "./expected.ts";
import { describe, lookAtImages } from "./images-running.ts";

export interface RolloutSubject {
  readonly cluster: Pick<Cluster, "list">;
  readonly expected: Expected;
  /** How long pods of the release before may take until they are being deleted. @default 60 */
  readonly patienceSeconds?: number;
}

const POLL_MS = 1_000;
const TIMEOUT_MS = 30_000;

/**
 * Looks at what a workload runs, right after its rollout. What could not be told is left to the
 * verification, which has the registry to ask.
 *
 * @throws Error naming every container that runs something else
 */
export async function requirePinnedImages(
  workload: string,
  { cluster, expected, patienceSeconds = 60 }: RolloutSubject,
): Promise<void> {
  const deadline = Date.now() + patienceSeconds * 1000;
  let wrong = await wrongContainers(workload, cluster, expected);
  while (wrong.length > 0 && Date.now() < deadline) {
    await sleep(POLL_MS);
    wrong = await wrongContainers(workload, cluster, expected);
  }
  if (wrong.length === 0) return;
  throw new Error(`${workload} does not run what is pinned: ${wrong.join("; ")}`);
}

async function wrongContainers(
  workload: string,
  cluster: Pick<Cluster, "list">,
  expected: Expected,
): Promise<string[]> {
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  const reading = takeReading(cluster, signal);
  const { pods, images } = await lookAtImages({ reading, expected }, signal);
  const own = new Set(
    [...pods.owned].flatMap(([{ name }, made]) =>
      name === workload ? made.map(({ metadata }) => metadata.name) : [],
    ),
  );
  return images.filter(({ pod, verdict }) => own.has(pod) && verdict === "fail").map(describe);
}
