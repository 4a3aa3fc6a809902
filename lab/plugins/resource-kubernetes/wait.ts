import { setTimeout as sleep } from "node:timers/promises";
import { type Cluster, kindOf, nameOf } from "./cluster.ts";
import { readinessOf, takesTime } from "./readiness.ts";
import { isObject, type JsonObject, textAt } from "./values.ts";

const POLL_MS = 500;
const DEFAULT_SECONDS = 600;
const SKIP_AWAIT = "pulumi.com/skipAwait";
const TIMEOUT_SECONDS = "pulumi.com/timeoutSeconds";

export type Outcome =
  | { readonly state: "ready"; readonly live: JsonObject }
  | {
      readonly state: "failed" | "timed out" | "cancelled";
      readonly live: JsonObject;
      readonly reasons: readonly string[];
    };

/** The program's custom timeout, else the object's annotation, else ten minutes. */
export function timeoutSeconds(requested: number, object: JsonObject): number {
  const annotated = Number(textAt(object, "metadata", "annotations", TIMEOUT_SECONDS));
  if (requested > 0) return requested;
  return annotated > 0 ? annotated : DEFAULT_SECONDS;
}

/** Waits until an object is ready, tells what it waits for, and says why where it never comes. */
export async function untilReady(
  cluster: Cluster,
  applied: JsonObject,
  seconds: number,
  signal: AbortSignal,
  report: (message: string) => void,
): Promise<Outcome> {
  const kind = kindOf(applied);
  const isSkipped = textAt(applied, "metadata", "annotations", SKIP_AWAIT) === "true";
  if (isSkipped || !takesTime(kind.kind)) return { state: "ready", live: applied };
  const deadline = Date.now() + seconds * 1000;
  let live = applied;
  let earlier: readonly string[] = [];
  for (;;) {
    const { state, reasons } = await readinessOf(live, cluster);
    if (state === "ready") return { state, live };
    // A Job that runs out of time takes its pods with it, and with them the reason why.
    if (state === "failed") return { state, live, reasons: [...new Set([...reasons, ...earlier])] };
    if (Date.now() > deadline) return { state: "timed out", live, reasons };
    if (signal.aborted) return { state: "cancelled", live, reasons };
    if (reasons.length > 0) earlier = reasons;
    report(reasons[0] ?? `Waiting for ${kind.kind} ${nameOf(live)}`);
    await sleep(POLL_MS);
    const found = await cluster.get(kind, textAt(live, "metadata", "namespace"), nameOf(live));
    if (found === undefined) {
      return { state: "failed", live, reasons: ["it was deleted while it started"] };
    }
    live = found;
  }
}

/** Waits until an object is gone. @throws Error when it is still there in the end */
export async function untilGone(
  cluster: Cluster,
  object: JsonObject,
  seconds: number,
  signal: AbortSignal,
): Promise<void> {
  const kind = kindOf(object);
  const namespace = textAt(object, "metadata", "namespace");
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    const found = await cluster.get(kind, namespace, nameOf(object));
    // Another object may have taken the name in the meantime.
    if (found === undefined || uidOf(found) !== (uidOf(object) ?? uidOf(found))) return;
    if (signal.aborted)
      throw new Error(`cancelled while ${kind.kind} ${nameOf(object)} is deleted`);
    if (Date.now() > deadline) {
      const finalizers = isObject(found["metadata"]) ? found["metadata"]["finalizers"] : undefined;
      throw new Error(
        `${kind.kind} ${nameOf(object)} is still there after ${seconds.toString()} s; ` +
          `its finalizers: ${JSON.stringify(finalizers ?? [])}`,
      );
    }
    await sleep(POLL_MS);
  }
}

const uidOf = (object: JsonObject): string | undefined => textAt(object, "metadata", "uid");
