import type { Cluster } from "./cluster.ts";
import type { ContainerStatus, Pod, Terminated } from "./objects.ts";
import { type Redact, redactorFor } from "./redact.ts";

/** A container that has died, and died of something. */
export interface Crash {
  readonly pod: Pod;
  readonly container: string;
  /** For example `exit code 1` or `OOMKilled`. */
  readonly reason: string;
  readonly restarts: number;
  /** Whether the dead run is the one before the current one. */
  readonly previous: boolean;
}

/** @param since Crashes that are older are over; undefined where any counts */
export const crashesOf = (pods: readonly Pod[], since?: Date): Crash[] =>
  pods.flatMap((pod) =>
    statusesOf(pod).flatMap((status): Crash[] => {
      const { state, lastState, restartCount = 0, name } = status;
      const [died, previous] =
        state?.terminated === undefined ? [lastState?.terminated, true] : [state.terminated, false];
      if (died === undefined || !isCrash(status, died) || isOver(died, since)) return [];
      return [{ pod, container: name, reason: reasonOf(died), restarts: restartCount, previous }];
    }),
  );

const statusesOf = ({ status = {} }: Pod): ContainerStatus[] => [
  ...(status.initContainerStatuses ?? []),
  ...(status.containerStatuses ?? []),
];

/** A container that is meant to run for ever crashes even where it ends with 0. */
const isCrash = ({ state }: ContainerStatus, { exitCode }: Terminated): boolean =>
  exitCode !== 0 || state?.waiting?.reason === "CrashLoopBackOff";

const isOver = ({ finishedAt }: Terminated, since: Date | undefined): boolean =>
  since !== undefined && finishedAt !== undefined && Date.parse(finishedAt) < since.getTime();

const reasonOf = ({ exitCode, reason }: Terminated): string =>
  reason === undefined || reason === "Error" ? `exit code ${exitCode.toString()}` : reason;

const LINES = 50;

/** The last lines that it wrote, without secrets; why not, where they cannot be shown. */
export async function crashLog(
  cluster: Pick<Cluster, "log" | "secret">,
  { pod, container, previous }: Crash,
  signal: AbortSignal,
): Promise<string> {
  let redact: Redact;
  try {
    redact = await redactorFor(pod, cluster, signal);
  } catch (error) {
    return `(withheld, since its secrets cannot be read to hide them: ${messageOf(error)})`;
  }
  const from = { pod: pod.metadata.name, container, previous, lines: LINES };
  try {
    return redact((await cluster.log(from, signal)).trimEnd()) || "(it wrote nothing)";
  } catch (error) {
    return `(its log cannot be read: ${messageOf(error)})`;
  }
}

const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);
