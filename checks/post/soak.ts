import type { Check } from "../check.ts";
import type { Pod } from "../cluster/objects.ts";
import type { Reading } from "../cluster/reading.ts";
import { isReady, ownedPods } from "../cluster/workloads.ts";
import { count, fail, type Finding, outcomeOf } from "../findings.ts";
import type { Expected } from "./expected.ts";
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
      passed: `${count(after.length, "pod")} stayed ready over ${seconds.toString()} s, none replaced or restarted.`,
      remedy: "See why they do not last: the checks crash-logs and warning-events say it.",
    });
  },
});

async function longRunning(reading: Reading, { workloads }: Expected): Promise<Pod[]> {
  const { owned } = await ownedPods(
    reading,
    workloads.filter(({ kind }) => kind !== "Job"),
  );
  return [...owned].flatMap(([{ kind }, pods]) => pods.filter((pod) => isWitness(pod, kind)));
}

function compare(before: readonly Pod[], after: readonly Pod[]): Finding[] {
  if (after.length === 0) return [fail("no pod was there to watch")];
  const earlier = new Map(before.map((pod) => [pod.metadata.uid, pod]));
  const later = new Set(after.map(({ metadata }) => metadata.uid));
  return [
    ...before
      .filter(({ metadata }) => !later.has(metadata.uid))
      .map(({ metadata }) => fail(`${metadata.name} went away meanwhile`)),
    ...after.flatMap((pod) => {
      const { name, uid } = pod.metadata;
      const was = earlier.get(uid);
      if (was === undefined) return [fail(`${name} is new since the first look`)];
      const restarted = restartsOf(pod) - restartsOf(was);
      if (restarted > 0) return [fail(`${name} restarted ${count(restarted, "time")} meanwhile`)];
      return isReady(was) && isReady(pod) ? [] : [fail(`${name} is not ready`)];
    }),
  ];
}

const restartsOf = ({ status = {} }: Pod): number =>
  [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])].reduce(
    (sum, { restartCount = 0 }) => sum + restartCount,
    0,
  );
