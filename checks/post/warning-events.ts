import type { Check } from "../check.ts";
import type { Event } from "../cluster/objects.ts";
import type { Reading } from "../cluster/reading.ts";
import { count, fail, outcomeOf } from "../findings.ts";
import { NOT_AT_ALL, overcomeUntil } from "./overcome.ts";

export interface WarningEventsArgs {
  readonly reading: Reading;
  /** When the rollout began, or for how far back a nightly run looks. The API server forgets after an hour. */
  readonly since: Date;
  /** @default the clock */
  readonly now?: () => Date;
}

/**
 * What a healthy rollout does not bring about, unless on the way to what is ready now. Other warnings are
 * shown only: probes fail while pods start and stop, and a pod waits for room while an old one ends.
 */
const ON_THE_WAY: ReadonlySet<string> = new Set([
  "FailedCreate",
  "FailedMount",
  "FailedToRetrieveImagePullSecret",
  "InspectFailed",
]);

/** Readiness proves nothing about these: a pod in a crash loop is ready after every restart. */
const NEVER_OVERCOME: ReadonlySet<string> = new Set(["BackOff", "Evicted", "OOMKilling"]);

/** The kubelet has one reason for waiting to pull an image, and for waiting to restart what crashed. */
const PULLING = "Back-off pulling image";

const isOnTheWay = ({ reason = "", message = "" }: Event): boolean =>
  ON_THE_WAY.has(reason) || (reason === "BackOff" && message.startsWith(PULLING));

/** The kubelet tries a mount again after two minutes at the latest, and warns each time. */
const MOUNT_SILENCE_MS = 5 * 60 * 1000;

/** A kubelet that restarts mounts anew what pods that go on being ready have, and at first in vain. */
const isRemount = (event: Event, { until, now }: { until: number; now: Date }): boolean =>
  event.reason === "FailedMount" &&
  until !== NOT_AT_ALL &&
  now.getTime() - lastSeen(event) > MOUNT_SILENCE_MS;

/** The cluster reports no trouble with what is there now. */
export const warningEventsCheck = ({
  reading,
  since,
  now = () => new Date(),
}: WarningEventsArgs): Check => ({
  id: "warning-events",
  run: async () => {
    const [events, overcome] = await Promise.all([reading.list("events"), overcomeUntil(reading)]);
    const warnings = events.filter(
      (event) => event.type === "Warning" && lastSeen(event) >= since.getTime(),
    );
    const isFailing = (event: Event): boolean => {
      const until = overcome.get(event.involvedObject.uid ?? "");
      if (until === undefined) return false;
      if (!isOnTheWay(event)) return NEVER_OVERCOME.has(event.reason ?? "");
      return lastSeen(event) > until && !isRemount(event, { until, now: now() });
    };
    const failing = merge(warnings.filter(isFailing));
    const others = merge(warnings.filter((event) => !isFailing(event)));
    return outcomeOf(
      failing.map((warning) => fail(describe(warning))),
      {
        passed: `No warning that matters since ${since.toISOString()}; ${count(others.length, "other")}.`,
        evidence: others.map(describe),
        remedy: "Mend what the event names; for a crash, the check crash-logs has the last lines.",
      },
    );
  },
});

/** Milliseconds; an event without any time is as new as can be, so that it is not lost. */
function lastSeen({ series, lastTimestamp, eventTime, firstTimestamp, metadata }: Event): number {
  const time =
    series?.lastObservedTime ??
    lastTimestamp ??
    eventTime ??
    firstTimestamp ??
    metadata.creationTimestamp;
  return time === undefined ? Infinity : Date.parse(time);
}

interface Warning {
  readonly reason: string;
  readonly message: string;
  readonly objects: readonly string[];
  readonly times: number;
}

/** One for each reason and message, however many pods it came from. */
function merge(events: readonly Event[]): Warning[] {
  const groups = Map.groupBy(
    events,
    ({ reason = "", message = "", involvedObject }) =>
      // Messages name their own pod, and differ in nothing else.
      `${reason}\n${message.replaceAll(involvedObject.name ?? "\n", "")}`,
  );
  return [...groups.values()].map((group) => ({
    reason: group[0]?.reason ?? "",
    message: group[0]?.message ?? "",
    objects: [
      ...new Set(
        group.map(
          ({ involvedObject: { kind = "", name = "" } }) => `${kind.toLowerCase()}/${name}`,
        ),
      ),
    ],
    times: group.reduce((sum, { series, count = 1 }) => sum + (series?.count ?? count), 0),
  }));
}

function describe({ reason, message, objects, times }: Warning): string {
  const [first = "", ...more] = objects;
  const others = more.length === 0 ? "" : ` and ${more.length.toString()} more`;
  const often = times === 1 ? "" : `, ${times.toString()} times`;
  return `${first}${others}: ${reason}${often}: ${message.trim()}`;
}
