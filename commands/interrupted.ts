import type { Deployment, Stack } from "@pulumi/pulumi/automation/index.js";
import type { Cluster, ObjectName } from "../checks/cluster/cluster.ts";
import { messageOf } from "../checks/text.ts";
import { pastStaleLock } from "./stale-lock.ts";

type State = Pick<Stack, "exportStack" | "refresh" | "cancel">;

const AUTONAMED = "pulumi.com/autonamed";
const GONE_TIMEOUT_MS = 120_000;

/**
 * What an update that was killed had begun to make exists perhaps, and no state knows it: the next update
 * would make a second one beside it, under another name. What has a fixed name is taken over instead.
 *
 * @param connect called only where there is something to remove
 * @throws ConcurrentUpdateError where the update is not dead, but under way
 */
export async function removeHalfMade(
  pulumi: State,
  connect: () => Promise<Pick<Cluster, "remove">>,
): Promise<void> {
  const begun = halfMade(await pulumi.exportStack());
  if (begun === undefined) return;
  // Nothing is asked of the cluster; it takes the lock, so that only what is dead is cleared up.
  const target = begun.root === undefined ? {} : { target: [begun.root] };
  await pastStaleLock(pulumi, () => pulumi.refresh(target));
  // An update that ended well meanwhile has made them its own.
  const { objects = [] } = halfMade(await pulumi.exportStack()) ?? {};
  if (objects.length > 0) await removeAll(objects, await connect());
  await pulumi.refresh({ ...target, clearPendingCreates: true });
}

interface HalfMade {
  /** URN of the stack itself. */
  readonly root: string | undefined;
  readonly objects: readonly ObjectName[];
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

/** Waits until each is gone, with its pods: of migrations only one may run. */
async function removeAll(
  objects: readonly ObjectName[],
  cluster: Pick<Cluster, "remove">,
): Promise<void> {
  for (const object of objects) {
    const { kind, metadata } = object;
    const described = `${kind} ${metadata.namespace}/${metadata.name}, of an update that was killed,`;
    try {
      const wasThere = await cluster.remove(object, AbortSignal.timeout(GONE_TIMEOUT_MS));
      if (wasThere) process.stderr.write(`${described} is removed.\n`);
    } catch (error) {
      throw new Error(`${described} cannot be removed; delete it. ${messageOf(error)}`, {
        cause: error,
      });
    }
  }
}
