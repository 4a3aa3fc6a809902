import { setTimeout as sleep } from "node:timers/promises";
import * as v from "valibot";
import { find, judge, NOT_FOUND, parse, type Request } from "./api.ts";
import { ClusterError, type ObjectName } from "./cluster.ts";

const POLL_MS = 500;

const Kinds = v.object({ resources: v.array(v.object({ name: v.string(), kind: v.string() })) });

/** Deletes an object with everything that it owns, and waits until all of it is gone. */
export async function remove(
  request: Request,
  object: ObjectName,
  signal: AbortSignal,
): Promise<boolean> {
  const path = await pathOf(request, object, signal);
  const response = await request(path, {
    method: "DELETE",
    headers: { "content-type": "application/json" },
    // Only then does the object stay until its pods are gone.
    body: JSON.stringify({ propagationPolicy: "Foreground" }),
    signal,
  });
  if (response.status === NOT_FOUND) return false;
  judge(path, response);
  while ((await find(request, path, signal)) !== undefined) {
    await sleep(POLL_MS, undefined, { signal }).catch((error: unknown) => {
      throw new ClusterError(`${path}: it is deleted, and not gone in time`, { cause: error });
    });
  }
  return true;
}

/** The API server says by which name of a resource it has a kind. */
async function pathOf(
  request: Request,
  { apiVersion, kind, metadata: { name, namespace } }: ObjectName,
  signal: AbortSignal,
): Promise<string> {
  const group = `${apiVersion.includes("/") ? "/apis" : "/api"}/${apiVersion}`;
  const answer = parse(group, judge(group, await request(group, { signal })));
  const parsed = v.safeParse(Kinds, answer);
  if (!parsed.success) throw new ClusterError(`${group}: the answer lists no kinds`);
  // Beside `deployments` there are `deployments/status` and `deployments/scale`.
  const resource = parsed.output.resources.find(
    (each) => each.kind === kind && !each.name.includes("/"),
  );
  if (resource === undefined) throw new ClusterError(`${group}: the API server has no ${kind}`);
  return `${group}/namespaces/${namespace}/${resource.name}/${name}`;
}
