import type { Cluster } from "./cluster.ts";
import { conditionInWords, type JsonObject, numberAt, objectsAt, textAt } from "./values.ts";

const POD = { apiVersion: "v1", kind: "Pod" };

/** The pods of an owner, by the labels that it gives them and its own identity. */
export async function podsOf(
  cluster: Cluster,
  owner: JsonObject,
  labels: Record<string, string>,
): Promise<JsonObject[]> {
  const pods = await cluster.list(POD, textAt(owner, "metadata", "namespace"), labels);
  const uid = textAt(owner, "metadata", "uid");
  return pods.filter((pod) =>
    objectsAt(pod, "metadata", "ownerReferences").some((reference) => reference["uid"] === uid),
  );
}

/** Waiting for these is part of every start; all other reasons are worth telling. */
const ORDINARY = new Set(["ContainerCreating", "PodInitializing"]);

/** Why a pod is not ready, in words of its containers, its scheduler and its node. */
export function reasonsOf(pod: JsonObject): string[] {
  const name = `[Pod ${textAt(pod, "metadata", "namespace") ?? ""}/${textAt(pod, "metadata", "name") ?? ""}]`;
  const unschedulable = objectsAt(pod, "status", "conditions")
    .filter(({ type, status }) => type === "PodScheduled" && status === "False")
    .map((condition) => `${name}: ${conditionInWords(condition)}`);
  const containers = [
    ...objectsAt(pod, "status", "initContainerStatuses"),
    ...objectsAt(pod, "status", "containerStatuses"),
  ];
  return [
    ...unschedulable,
    ...containers.flatMap((container) => {
      const reason = containerReason(container);
      const which = `containers with unready status: [${textAt(container, "name") ?? ""}]`;
      return reason === undefined ? [] : [`${name}: ${which} -- ${reason}`];
    }),
  ];
}

function containerReason(container: JsonObject): string | undefined {
  const waiting = textAt(container, "state", "waiting", "reason");
  const terminated = termination(container, "state") ?? termination(container, "lastState");
  if (waiting !== undefined && !ORDINARY.has(waiting)) {
    const message = textAt(container, "state", "waiting", "message") ?? "";
    return [
      `[${waiting}] ${message}`.trim(),
      ...(terminated === undefined ? [] : [terminated]),
    ].join(" ");
  }
  return terminated;
}

/** How a container failed, with the end of its log where the pod asks for it. */
function termination(container: JsonObject, state: "state" | "lastState"): string | undefined {
  const exitCode = numberAt(container, state, "terminated", "exitCode");
  if (exitCode === undefined || exitCode === 0) return undefined;
  const reason = textAt(container, state, "terminated", "reason") ?? "Error";
  const message = textAt(container, state, "terminated", "message")?.trim();
  return `[${reason}] ${message ?? `Container exited with code ${exitCode.toString()}`}`;
}
