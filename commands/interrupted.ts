import { setTimeout as sleep } from "node:timers/promises";
import type { Deployment, Stack } from "@pulumi/pulumi/automation/index.js";
import { KubeConfig, KubernetesObjectApi } from "@kubernetes/client-node";
import { pastStaleLock } from "./stale-lock.ts";

type State = Pick<Stack, "exportStack" | "refresh" | "cancel">;

const AUTONAMED = "pulumi.com/autonamed";
const GONE_TIMEOUT_MS = 120_000;
const POLL_MS = 500;
const NOT_FOUND = 404;

/**
 * What an update that was killed had begun to make exists perhaps, and no state knows it: the next update
 * would make a second one beside it, under another name. What has a fixed name is taken over instead.
 *
 * @param context of the kubeconfig
 * @throws ConcurrentUpdateError where the update is not dead, but under way
 */
export async function removeHalfMade(pulumi: State, context: string): Promise<void> {
  const begun = halfMade(await pulumi.exportStack());
  if (begun === undefined) return;
  // Nothing is asked of the cluster; it takes the lock, so that only what is dead is cleared up.
  const target = begun.root === undefined ? {} : { target: [begun.root] };
  await pastStaleLock(pulumi, () => pulumi.refresh(target));
  // An update that ended well meanwhile has made them its own.
  for (const object of halfMade(await pulumi.exportStack())?.objects ?? []) {
    await remove(object, context);
  }
  await pulumi.refresh({ ...target, clearPendingCreates: true });
}

interface HalfMade {
  /** URN of the stack itself. */
  readonly root: string | undefined;
  readonly objects: readonly ObjectName[];
}

interface ObjectName {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace: string };
}

interface Resource {
  readonly urn: string;
  readonly type: string;
  readonly inputs?: ObjectName & {
    readonly metadata: { readonly annotations?: Readonly<Record<string, string>> };
  };
}

interface Snapshot {
  readonly resources?: readonly Resource[];
  readonly pending_operations?: readonly {
    readonly type: string;
    readonly resource: Resource;
  }[];
}

/** @returns undefined where no creation was interrupted */
export function halfMade({ deployment }: Pick<Deployment, "deployment">): HalfMade | undefined {
  const { resources = [], pending_operations: pending = [] } = deployment as Snapshot;
  const creating = pending.filter(({ type }) => type === "creating");
  if (creating.length === 0) return undefined;
  return {
    root: resources.find(({ type }) => type === "pulumi:pulumi:Stack")?.urn,
    objects: creating.flatMap(({ resource: { type, inputs } }) =>
      type.startsWith("kubernetes:") && inputs?.metadata.annotations?.[AUTONAMED] === "true"
        ? [named(inputs)]
        : [],
    ),
  };
}

const named = ({ apiVersion, kind, metadata: { name, namespace } }: ObjectName): ObjectName => ({
  apiVersion,
  kind,
  metadata: { name, namespace },
});

/** Waits until it is gone, with its pods: of migrations only one may run. */
async function remove(object: ObjectName, context: string): Promise<void> {
  const config = new KubeConfig();
  config.loadFromDefault();
  config.setCurrentContext(context);
  const api = KubernetesObjectApi.makeApiClient(config);
  const { kind, metadata } = object;
  const described = `${kind} ${metadata.namespace}/${metadata.name}`;
  const deadline = Date.now() + GONE_TIMEOUT_MS;
  try {
    await api.delete(object, undefined, undefined, undefined, undefined, "Foreground");
    process.stderr.write(`${described}, of an update that was killed, is removed.\n`);
    while (Date.now() < deadline) {
      await api.read(object);
      await sleep(POLL_MS);
    }
  } catch (error) {
    if (isMissing(error)) return;
    throw error;
  }
  throw new Error(`${described}, of an update that was killed, cannot be removed; delete it.`);
}

const isMissing = (error: unknown): boolean =>
  typeof error === "object" && error !== null && "code" in error && error.code === NOT_FOUND;
