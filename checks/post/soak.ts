import type { Check } from "../check.ts";
import type { Deployment, Pod, StatefulSet } from "../cluster/objects.ts";
import type { Reading } from "../cluster/reading.ts";
import { isReady, objectsOf, ownedPods } from "../cluster/workloads.ts";
import { count, fail, type Finding, outcomeOf } from "../findings.ts";
import type { Expected, ExpectedWorkload } from "./expected.ts";
import { isWitness } from "./running-images.ts";

export interface SoakArgs {
  readonly reading: Reading;
  readonly expected: Expected;
  /** A second reading, taken when the time is over. */
  readonly readAgain: () => Reading;
  /** At least as long as a bad release needs to die: minReadySeconds of the Deployments, or more. */
  readonly seconds: number;
  readonly sleep: (milliseconds: number, signal: AbortSignal) => Promise<unknown>;
}

/**
 * The same pods stay ready, without a restart, over some time: a container that dies a second after it
 * was ready has made many a rollout "successful" (kubernetes/kubernetes#31319).
 */
export const soakCheck = (args: SoakArgs): Check => ({
  id: "soak",
  run: async (signal) => {
    const { reading, expected, readAgain, seconds, sleep } = args;
    const before = await longRunning(reading, expected);
    await sleep(seconds * 1000, signal);
    const after = await longRunning(readAgain(), expected);
    return outcomeOf(compare(before, after), {
      passed: `${count(after.flatMap(({ pods }) => pods).length, "pod")} stayed ready over ${seconds.toString()} s, none replaced or restarted.`,
      remedy: "See why they do not last: the checks crash-logs and warning-events say it.",
    });
  },
});

interface Watched {
  readonly workload: ExpectedWorkload;
  /** How many pods it asks for, which an autoscaler may change. */
  readonly wanted: number;
  readonly pods: readonly Pod[];
}

async function longRunning(reading: Reading, { workloads }: Expected): Promise<Watched[]> {
  const [{ owned }, ...objects] = await Promise.all([
    ownedPods(
      reading,
      workloads.filter(({ kind }) => kind !== "Job"),
    ),
    reading.list("deployments"),
    reading.list("statefulsets"),
  ]);
  return [...owned].map(([workload, pods]) => ({
    workload,
    wanted: objectsOf<Deployment | StatefulSet>(workload, objects.flat()).reduce(
      (sum, { spec }) => sum + (spec.replicas ?? 1),
      0,
    ),
    pods: pods.filter((pod) => isWitness(pod, workload.kind)),
  }));
}

function compare(before: readonly Watched[], after: readonly Watched[]): Finding[] {
  if (after.every(({ pods }) => pods.length === 0)) return [fail("no pod was there to watch")];
  const was = new Map(before.map((watched) => [watched.workload, watched]));
  return after.flatMap((watched) => {
    const { wanted, pods } = was.get(watched.workload) ?? { wanted: 0, pods: [] };
    const later = new Set(watched.pods.map(({ metadata }) => metadata.uid));
    const gone = pods.filter(({ metadata }) => !later.has(metadata.uid));
    const isScaledDown =
      gone.length <= wanted - watched.wanted && watched.pods.length >= watched.workload.replicas;
    return [
      ...(isScaledDown ? [] : gone).map(({ metadata }) =>
        fail(`${metadata.name} went away meanwhile`),
      ),
      ...watched.pods.flatMap((pod) => restless(pod, pods)),
    ];
  });
}

function restless(pod: Pod, earlier: readonly Pod[]): Finding[] {
  const { name, uid } = pod.metadata;
  const was = earlier.find(({ metadata }) => metadata.uid === uid);
  if (was === undefined) return [fail(`${name} is new since the first look`)];
  const restarted = restartsOf(pod) - restartsOf(was);
  if (restarted > 0) return [fail(`${name} restarted ${count(restarted, "time")} meanwhile`)];
  return isReady(was) && isReady(pod) ? [] : [fail(`${name} is not ready`)];
}

const restartsOf = ({ status = {} }: Pod): number =>
  [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])].reduce(
    (sum, { restartCount = 0 }) => sum + restartCount,
    0,
  );
