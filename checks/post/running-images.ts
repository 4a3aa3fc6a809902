import { LABEL } from "../../model/labels.ts";
import type { PinnedImage } from "../../model/pinned-image.ts";
import type { ResolvedImage } from "../../model/resolved-image.ts";
import type { Verdict } from "../../model/verdict.ts";
import type { Container, ContainerStatus, Node, Pod } from "../cluster/objects.ts";
import { isReady, type OwnedPods } from "../cluster/workloads.ts";
import type { ExpectedWorkload } from "./expected.ts";
import { digestOf, identify } from "./image-identity.ts";

/** What one container really runs. */
export interface RunningImage {
  readonly component: string;
  readonly pod: string;
  readonly container: string;
  readonly node: string;
  /** The digest; undefined where no workload of the stack made the pod. */
  readonly pinned: string | undefined;
  /** `sha256:<64 hex>`; undefined until the node has started the container. */
  readonly running: string | undefined;
  readonly state: "ready" | "not ready" | "completed" | "not started";
  readonly verdict: Verdict;
  /** Why, where the digests are not simply equal. */
  readonly note?: string;
}

export interface ImageFacts {
  readonly pods: OwnedPods<ExpectedWorkload>;
  readonly nodes: readonly Node[];
  /** What the registry said, by digest; see {@link identify}. */
  readonly images: ReadonlyMap<string, ResolvedImage | undefined>;
}

/**
 * Every init, main and ephemeral container of every pod that the stack's workloads made, and of every
 * other pod that says it belongs to BookWyrm, with the verdict on its identity alone.
 */
export function runningImages({ pods, nodes, images }: ImageFacts): RunningImage[] {
  const platforms = new Map(
    nodes.map(({ metadata, status }) => [metadata.name, platformOf(status?.nodeInfo)]),
  );
  const rows = (pod: Pod, component: string, image: PinnedImage | undefined): RunningImage[] =>
    containersOf(pod).map(({ container, status }) => {
      const platform = platforms.get(pod.spec.nodeName ?? "");
      const running = digestOf(status?.imageID ?? "");
      return {
        component,
        pod: pod.metadata.name,
        container: container.name,
        node: pod.spec.nodeName ?? "",
        pinned: image?.digest,
        running,
        state: stateOf(pod, status),
        ...judge({ container, status, image, known: { platform, images } }),
      };
    });
  return [
    ...[...pods.owned].flatMap(([{ component, image, kind }, made]) =>
      made.filter((pod) => isWitness(pod, kind)).flatMap((pod) => rows(pod, component, image)),
    ),
    ...pods.strays.flatMap((pod) =>
      rows(pod, pod.metadata.labels?.[LABEL.component] ?? "", undefined),
    ),
  ].sort((a, b) => a.component.localeCompare(b.component) || a.pod.localeCompare(b.pod));
}

/** A pod that was evicted lies about, ended and replaced; only a Job's pod is meant to end. */
export const isWitness = ({ status }: Pod, kind: ExpectedWorkload["kind"]): boolean =>
  status?.phase !== "Failed" && (kind === "Job" || status?.phase !== "Succeeded");

interface Subject {
  readonly container: Container;
  readonly status: ContainerStatus | undefined;
  readonly image: PinnedImage | undefined;
  readonly known: Parameters<typeof identify>[2];
}

function judge({
  container,
  status,
  image,
  known,
}: Subject): Pick<RunningImage, "verdict" | "note"> {
  if (image === undefined) {
    return { verdict: "fail", note: "is in a pod that no workload of this stack made" };
  }
  if (container.image !== image.reference) {
    return { verdict: "fail", note: `asks for ${container.image}` };
  }
  if (status?.imageID === undefined || status.imageID === "") {
    const { reason = "no node has reported it", message } = status?.state?.waiting ?? {};
    const details = message === undefined ? "" : `: ${message}`;
    return { verdict: "fail", note: `has not started: ${reason}${details}` };
  }
  return identify(status.imageID, image.digest, known);
}

/** The containers of the spec: what the status does not mention has not started. */
function containersOf({ spec, status = {} }: Pod): Pick<Subject, "container" | "status">[] {
  const pair = (
    containers: readonly Container[] = [],
    statuses: readonly ContainerStatus[] = [],
  ): Pick<Subject, "container" | "status">[] =>
    containers.map((container) => ({
      container,
      status: statuses.find(({ name }) => name === container.name),
    }));
  return [
    ...pair(spec.initContainers, status.initContainerStatuses),
    ...pair(spec.containers, status.containerStatuses),
    ...pair(spec.ephemeralContainers, status.ephemeralContainerStatuses),
  ];
}

function stateOf(pod: Pod, status: ContainerStatus | undefined): RunningImage["state"] {
  if (status?.imageID === undefined || status.imageID === "") return "not started";
  if (status.state?.terminated?.exitCode === 0) return "completed";
  return isReady(pod) ? "ready" : "not ready";
}

const platformOf = (
  info: NonNullable<Node["status"]>["nodeInfo"],
): { os: string; architecture: string } | undefined =>
  info && { os: info.operatingSystem, architecture: info.architecture };
