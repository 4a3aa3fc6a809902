import type { Cluster } from "../cluster/cluster.ts";
import { takeReading } from "../cluster/reading.ts";
import type { Expected } from "./expected.ts";
import { describe, lookAtImages } from "./images-running.ts";

const TIMEOUT_MS = 30_000;

export interface RolloutSubject {
  readonly cluster: Pick<Cluster, "list">;
  readonly expected: Expected;
}

/**
 * Looks at what a workload runs, right after its rollout. What could not be told is left to the
 * verification, which has the registry to ask.
 *
 * @throws Error naming every container that runs something else
 */
export async function requirePinnedImages(
  workload: string,
  { cluster, expected }: RolloutSubject,
): Promise<void> {
  const reading = takeReading(cluster, AbortSignal.timeout(TIMEOUT_MS));
  const { pods, images } = await lookAtImages(
    { reading, expected },
    AbortSignal.timeout(TIMEOUT_MS),
  );
  const own = new Set(
    [...pods.owned].flatMap(([{ name }, made]) =>
      name === workload ? made.map(({ metadata }) => metadata.name) : [],
    ),
  );
  const wrong = images.filter(({ pod, verdict }) => own.has(pod) && verdict === "fail");
  if (wrong.length === 0) return;
  throw new Error(`${workload} does not run what is pinned: ${wrong.map(describe).join("; ")}`);
}
