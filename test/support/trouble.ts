import type { Event } from "../../checks/cluster/objects.ts";
import { crashLogsCheck } from "../../checks/post/crash-logs.ts";
import { warningEventsCheck } from "../../checks/post/warning-events.ts";
import {
  AFTER,
  type Answers,
  fakeCluster,
  healthy,
  type Mutable,
  type Objects,
  one,
  readingOf,
  SINCE,
} from "./cluster.ts";

/** A minute after {@link AFTER}. */
const NOW = new Date("2025-11-16T09:25:00Z");

export const signal = (): AbortSignal => AbortSignal.timeout(5_000);

export const event = (pod: string, reason: string, changes: Partial<Event> = {}): Mutable<Event> =>
  ({
    metadata: { name: `${pod}.1`, uid: `${pod}.1` },
    type: "Warning",
    reason,
    message: `${reason} of ${pod}`,
    involvedObject: { kind: "Pod", name: pod, uid: `uid-${pod}` },
    lastTimestamp: AFTER,
    ...changes,
  }) as Mutable<Event>;

/** Of a site that is healthy but for these events. @returns the verdict with its summary, then the evidence */
export const warnings = (...events: Mutable<Event>[]): Promise<readonly string[]> =>
  warningsOf({ ...healthy(), events });

export async function warningsOf(objects: Objects): Promise<readonly string[]> {
  const check = warningEventsCheck({ reading: readingOf(objects), since: SINCE, now: () => NOW });
  const { verdict, summary, evidence = [] } = await check.run(signal());
  return [`${verdict}: ${summary}`, ...evidence];
}

const SECRET_KEY = "s3cr3t/key+with=signs";

export function crashed(pods: readonly string[], changes: object = {}): Objects {
  const objects = healthy();
  for (const name of pods) {
    Object.assign(one(objects.pods, name).status?.containerStatuses?.[0] ?? {}, {
      restartCount: 2,
      state: { waiting: { reason: "CrashLoopBackOff", message: "back-off 20s" } },
      lastState: { terminated: { exitCode: 1, reason: "Error", finishedAt: AFTER } },
      ...changes,
    });
  }
  return objects;
}

export const ANSWERS: Answers = {
  secrets: { environment: { SECRET_KEY } },
  log: ({ pod, previous }) => `${pod} ${String(previous)}\nModuleNotFoundError ${SECRET_KEY}\n`,
};

export async function crashes(objects: Objects, answers = ANSWERS): Promise<readonly string[]> {
  const cluster = fakeCluster(objects, answers);
  const check = crashLogsCheck({ cluster, reading: readingOf(objects), since: SINCE });
  const { verdict, summary, evidence = [] } = await check.run(signal());
  return [`${verdict}: ${summary}`, ...evidence];
}
