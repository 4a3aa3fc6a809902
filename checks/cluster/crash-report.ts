import type { Cluster } from "./cluster.ts";
import { crashesOf, crashLog } from "./crashes.ts";
import type { Event, Pod } from "./objects.ts";

/**
 * What the pods with these labels died of, for the error of a rollout: their last lines, secrets hidden,
 * and the cluster's warnings about them. Empty where nothing crashed and nothing waits.
 */
export async function crashReport(
  cluster: Pick<Cluster, "list" | "log" | "secret">,
  selector: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<string> {
  const [all, events] = await Promise.all([
    cluster.list("pods", signal),
    cluster.list("events", signal),
  ]);
  const pods = all.filter(({ metadata: { labels = {} } }) =>
    Object.entries(selector).every(([label, value]) => labels[label] === value),
  );
  const logs = await Promise.all(
    crashesOf(pods).map(async (crash) => {
      const title = `${crash.pod.metadata.name}/${crash.container} (${crash.reason}):`;
      return [title, ...indented(await crashLog(cluster, crash, signal))].join("\n");
    }),
  );
  return [...logs, ...pods.flatMap(waits), ...warningsAbout(pods, events)].join("\n");
}

const indented = (text: string): string[] => text.split("\n").map((line) => `  ${line}`);

/** What has not started yet says why itself. */
const waits = ({ metadata, status = {} }: Pod): string[] =>
  [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])].flatMap(
    ({ name, state }) =>
      state?.waiting?.message === undefined
        ? []
        : [`${metadata.name}/${name} (${state.waiting.reason ?? ""}): ${state.waiting.message}`],
  );

function warningsAbout(pods: readonly Pod[], events: readonly Event[]): string[] {
  const uids = new Set(pods.map(({ metadata }) => metadata.uid));
  const lines = events
    .filter(({ type, involvedObject: { uid = "" } }) => type === "Warning" && uids.has(uid))
    .map(
      ({ reason = "", message = "", involvedObject: { name = "" } }) =>
        `${name}: ${reason}: ${message.trim()}`,
    );
  return [...new Set(lines)];
}
