import { FAKE_NODE } from "../../lab/parts/kwok.ts";
import { stderrProgress } from "../../lab/progress.ts";
import { LABEL, PART_OF } from "../../model/labels.ts";
import { mustRun } from "../../replay/run.ts";
import { programResources } from "./program.ts";

const NODES = 4;
const NODES_SELECTOR = `--selector=${FAKE_NODE.key}=${FAKE_NODE.value}`;
const OURS_SELECTOR = `--selector=${LABEL.partOf}=${PART_OF}`;
const READY_TIMEOUT = "--timeout=10m";
const REMOVE_TIMEOUT = "--timeout=5m";

export interface KwokPodsArgs {
  readonly namespace: string;
  /** Of the stack whose workloads are made. */
  readonly settings: Record<string, unknown>;
  readonly signal: AbortSignal;
}

/**
 * Does some work while the workloads of a stack are rolled out on nodes that kwok plays. Scheduler and
 * controllers are the cluster's own; only what a kubelet would report is made up.
 */
export async function withKwokPods<T>(args: KwokPodsArgs, work: () => Promise<T>): Promise<T> {
  const removeAll = (): Promise<void> =>
    stderrProgress.step("remove the pods and their nodes", () => remove(args.namespace));
  // A run that was killed has left them.
  await removeAll();
  try {
    await stderrProgress.step("roll out on nodes that kwok plays", () => create(args));
    return await work();
  } finally {
    await removeAll();
  }
}

async function create({ namespace, settings, signal }: KwokPodsArgs): Promise<void> {
  const kubectl = async (
    args: readonly string[],
    objects: readonly object[] = [],
  ): Promise<void> => {
    const input = JSON.stringify({ apiVersion: "v1", kind: "List", items: objects });
    await mustRun(["kubectl", ...args], { input, signal });
  };
  const nodes = Array.from({ length: NODES }, (_, index) => node(`kwok-${index.toString()}`));
  await kubectl(["create", "--filename=-"], nodes);
  await kubectl(["wait", "nodes", NODES_SELECTOR, "--for=condition=Ready", READY_TIMEOUT]);
  const inNamespace = `--namespace=${namespace}`;
  await kubectl(["create", "namespace", namespace]);
  // The API server takes no pod before it.
  await kubectl(["wait", "serviceaccount/default", inNamespace, "--for=create", READY_TIMEOUT]);
  await kubectl(["create", inNamespace, "--filename=-"], await workloadsOf(settings));
  await kubectl(["wait", "jobs", "--all", inNamespace, "--for=condition=Complete", READY_TIMEOUT]);
  await kubectl([
    ...["rollout", "status", "deployments,statefulsets"],
    ...[OURS_SELECTOR, inNamespace, READY_TIMEOUT],
  ]);
}

/** The namespace first: it is kwok that lets go of the pods on its nodes. */
async function remove(namespace: string): Promise<void> {
  const ignore = "--ignore-not-found";
  await mustRun(["kubectl", "delete", "namespace", namespace, ignore, REMOVE_TIMEOUT]);
  await mustRun(["kubectl", "delete", "nodes", NODES_SELECTOR, ignore, REMOVE_TIMEOUT]);
}

const node = (name: string): object => ({
  apiVersion: "v1",
  kind: "Node",
  metadata: { name, labels: { "kubernetes.io/hostname": name, [FAKE_NODE.key]: FAKE_NODE.value } },
  // What has not asked for a fake node would wait on it for ever.
  spec: { taints: [{ ...FAKE_NODE, effect: "NoSchedule" }] },
});

const WORKLOAD = /:(?:Deployment|StatefulSet|Job)$/;

async function workloadsOf(settings: Record<string, unknown>): Promise<object[]> {
  const resources = await programResources(settings);
  return resources
    .filter(({ type }) => WORKLOAD.test(type))
    .map(({ props }) => onFakeNodes(props as Workload));
}

interface Volume {
  readonly name: string;
  readonly persistentVolumeClaim?: object;
}

interface Workload {
  readonly metadata: { readonly namespace?: string };
  readonly spec: {
    readonly template: { readonly spec: { readonly volumes?: readonly Volume[] } };
    readonly volumeClaimTemplates?: readonly { readonly metadata: { readonly name: string } }[];
  };
}

/** With volumes that need nothing of their node: those of the lab are folders of the real one. */
function onFakeNodes(workload: Workload): object {
  const { namespace, ...metadata } = workload.metadata;
  const { volumeClaimTemplates = [], ...spec } = workload.spec;
  const pod = spec.template.spec;
  const volumes = [
    ...(pod.volumes ?? []).map(({ persistentVolumeClaim, ...volume }) =>
      persistentVolumeClaim === undefined ? volume : empty(volume.name),
    ),
    ...volumeClaimTemplates.map(({ metadata }) => empty(metadata.name)),
  ];
  const placed = {
    ...pod,
    volumes,
    nodeSelector: { [FAKE_NODE.key]: FAKE_NODE.value },
    tolerations: [{ ...FAKE_NODE, effect: "NoSchedule" }],
  };
  return {
    ...workload,
    metadata,
    spec: { ...spec, template: { ...spec.template, spec: placed } },
  };
}

const empty = (name: string): object => ({ name, emptyDir: {} });
