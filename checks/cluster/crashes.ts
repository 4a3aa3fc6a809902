import { messageOf } from "../text.ts";
import type { Cluster } from "./cluster.ts";
import type { ContainerStatus, Pod, Terminated } from "./objects.ts";
import { withholdingRedactorFor } from "./redact.ts";

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
  pods.flatMap((pod) => runsOf(pod).flatMap((run) => crashOf(pod, run, since)));

interface Run {
  readonly status: ContainerStatus;
  /** Whether it is meant to go on until somebody ends its pod. */
  readonly isForEver: boolean;
}

function runsOf({ spec, status = {} }: Pod): Run[] {
  const isAlways = (spec.restartPolicy ?? "Always") === "Always";
  const sidecars = (spec.initContainers ?? [])
    .filter(({ restartPolicy }) => restartPolicy === "Always")
    .map(({ name }) => name);
  return [
    ...(status.initContainerStatuses ?? []).map((initial) => ({
      status: initial,
      isForEver: sidecars.includes(initial.name),
    })),
    ...(status.containerStatuses ?? []).map((main) => ({ status: main, isForEver: isAlways })),
  ];
}

function crashOf(pod: Pod, { status, isForEver }: Run, since: Date | undefined): Crash[] {
  const { state, lastState, restartCount = 0, name } = status;
  const [died, previous] =
    state?.terminated === undefined ? [lastState?.terminated, true] : [state.terminated, false];
  // Told to end by a liveness probe, gunicorn and celery end with 0, as they do when their pod is deleted.
  const isMeant = !isForEver || (!previous && pod.metadata.deletionTimestamp !== undefined);
  if (died === undefined || (died.exitCode === 0 && isMeant) || isOver(pod, died, since)) return [];
  return [{ pod, container: name, reason: reasonOf(died), restarts: restartCount, previous }];
}

function isOver(pod: Pod, { finishedAt }: Terminated, since: Date | undefined): boolean {
  if (since === undefined) return false;
  const ended = Date.parse(finishedAt ?? lastTransition(pod) ?? "");
  return ended < since.getTime();
}

/** Of ISO 8601 in UTC, the greatest is the newest. */
const lastTransition = ({ status = {} }: Pod): string | undefined =>
  (status.conditions ?? [])
    .flatMap(({ lastTransitionTime }) => lastTransitionTime ?? [])
    .sort()
    .at(-1);

const reasonOf = ({ exitCode, reason }: Terminated): string =>
  reason === undefined || reason === "Error" ? `exit code ${exitCode.toString()}` : reason;

const LINES = 50;

/** The last lines that it wrote, without secrets; why not, where they cannot be shown. */
export async function crashLog(
  cluster: Pick<Cluster, "log" | "secret">,
  { pod, container, previous }: Crash,
  signal: AbortSignal,
): Promise<string> {
  const redact = await withholdingRedactorFor(pod, cluster, signal);
  const from = { pod: pod.metadata.name, container, previous, lines: LINES };
  try {
    return redact((await cluster.log(from, signal)).trimEnd()) || "(it wrote nothing)";
  } catch (error) {
    return `(its log cannot be read: ${messageOf(error)})`;
  }
}
