import type { Verdict } from "../../model/verdict.ts";

/** The part of a pod of the API server (core/v1) that says what it runs. */
export interface Pod {
  readonly metadata: {
    readonly name: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly deletionTimestamp?: string;
  };
  readonly status?: {
    readonly phase?: string;
    readonly conditions?: readonly { readonly type: string; readonly status: string }[];
    readonly initContainerStatuses?: readonly ContainerStatus[];
    readonly containerStatuses?: readonly ContainerStatus[];
  };
}

interface ContainerStatus {
  readonly name: string;
  readonly imageID?: string;
}

/** What one container really runs. */
export interface RunningImage {
  readonly component: string;
  readonly pod: string;
  readonly container: string;
  /** undefined where nothing pins this component: that is a failure, not a pass. */
  readonly pinned: string | undefined;
  /** `sha256:<64 hex>`; undefined until the node has started the container. */
  readonly running: string | undefined;
  readonly state: "ready" | "not ready" | "completed";
  readonly verdict: Verdict;
}

const COMPONENT = "app.kubernetes.io/component";

/**
 * Compares every container of every pod with the digest that its component is pinned to. Only what
 * stands behind the @ of an imageID counts: containerd names any repository that it knows for the same
 * image before it (containerd 2.4, kubelet 1.37). Pods that are being deleted are left out.
 */
export function runningImages(
  pods: readonly Pod[],
  pinnedDigests: Readonly<Record<string, string>>,
): RunningImage[] {
  return pods
    .filter(({ metadata }) => metadata.deletionTimestamp === undefined)
    .flatMap(({ metadata, status = {} }) => {
      const component = metadata.labels?.[COMPONENT] ?? "";
      const pinned = pinnedDigests[component];
      const state = stateOf(status);
      const containers = [
        ...(status.initContainerStatuses ?? []),
        ...(status.containerStatuses ?? []),
      ];
      // A pod without a single container status has not been seen by any node.
      const seen = containers.length > 0 ? containers : [{ name: "-" }];
      return seen.map(({ name, imageID }: ContainerStatus): RunningImage => {
        const running = imageID?.split("@")[1];
        const image = { component, pod: metadata.name, container: name, pinned, running, state };
        return { ...image, verdict: judge(image) };
      });
    })
    .sort((a, b) => a.component.localeCompare(b.component) || a.pod.localeCompare(b.pod));
}

/** Components that are pinned and have no pod at all: nothing to check is a failure. */
export function missingComponents(
  images: readonly RunningImage[],
  pinnedDigests: Readonly<Record<string, string>>,
): string[] {
  const seen = new Set(images.map(({ component }) => component));
  return Object.keys(pinnedDigests)
    .filter((component) => !seen.has(component))
    .sort();
}

function stateOf({ phase, conditions = [] }: NonNullable<Pod["status"]>): RunningImage["state"] {
  if (phase === "Succeeded") return "completed";
  const isReady = conditions.some(({ type, status }) => type === "Ready" && status === "True");
  return isReady ? "ready" : "not ready";
}

function judge({ pinned, running, state }: Omit<RunningImage, "verdict">): Verdict {
  if (running === undefined) return "unknown";
  return running === pinned && state !== "not ready" ? "pass" : "fail";
}
