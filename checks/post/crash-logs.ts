import { LABEL } from "../../model/labels.ts";
import type { Check } from "../check.ts";
import type { Cluster } from "../cluster/cluster.ts";
import { type Crash, crashesOf, crashLog } from "../cluster/crashes.ts";
import { replacement } from "../cluster/owners.ts";
import type { Reading } from "../cluster/reading.ts";
import { count, fail, outcomeOf } from "../findings.ts";

export interface CrashLogsArgs {
  readonly cluster: Pick<Cluster, "log" | "secret">;
  readonly reading: Reading;
  /** When the rollout began, or for how far back a nightly run looks. */
  readonly since: Date;
}

/** Logs of this many crashes are fetched: more of them say the same. */
const LOGS = 10;

/** No container has died since then; the last lines of those that have are shown. */
export const crashLogsCheck = ({ cluster, reading, since }: CrashLogsArgs): Check => ({
  id: "crash-logs",
  run: async (signal) => {
    const [pods, isReplaced] = await Promise.all([reading.list("pods"), replacement(reading)]);
    if (pods.length === 0) return outcomeOf([fail("there is no pod at all")], TEXTS);
    const crashes = crashesOf(
      pods.filter((pod) => !isReplaced(pod)),
      since,
    );
    const logs = await Promise.all(
      crashes
        .slice(0, LOGS)
        .map(async (crash) => ({ crash, log: await crashLog(cluster, crash, signal) })),
    );
    return outcomeOf(
      crashes.map((crash) => fail(describe(crash))),
      {
        ...TEXTS,
        passed: `None of ${count(pods.length, "pod")} has a container that died since ${since.toISOString()}.`,
        evidence: distinct(logs),
      },
    );
  },
});

const TEXTS = {
  passed: "",
  remedy: "Read the last lines of each log below; kubectl logs --previous has the rest.",
};

const describe = ({ pod, container, reason, restarts }: Crash): string =>
  `${pod.metadata.name}/${container} died of ${reason}, ${count(restarts, "restart")}`;

interface CrashLog {
  readonly crash: Crash;
  readonly log: string;
}

/** The pods of one workload die of the same thing: one log for all whose last line is the same. */
function distinct(logs: readonly CrashLog[]): string[] {
  const groups = Map.groupBy(logs, ({ crash: { pod, container }, log }) =>
    [pod.metadata.labels?.[LABEL.name], container, log.split("\n").at(-1)].join("\n"),
  );
  return [...groups.values()].map((group) => {
    const names = group.map(({ crash }) => `${crash.pod.metadata.name}/${crash.container}`);
    return `${names.join(", ")}:\n${group[0]?.log ?? ""}`;
  });
}
