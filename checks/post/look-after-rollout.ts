import { log } from "@pulumi/pulumi";
import type { Settings } from "../../model/settings.ts";

/**
 * The early signal inside `pulumi up`. A cluster that does not answer is the verification's to judge: the
 * rollout itself is over, and Pulumi has seen it become ready.
 *
 * @throws Error naming every container of this workload that runs something else than what is pinned
 */
export async function lookAfterRollout(workload: string, settings: Settings): Promise<void> {
  // Loaded only when something was rolled out: a preview runs no hook, and pays nothing for it.
  const [{ connect }, { ClusterError }, { expectedOf }, { requirePinnedImages }] =
    await Promise.all([
      import("../cluster/connect.ts"),
      import("../cluster/cluster.ts"),
      import("./expected.ts"),
      import("./after-rollout.ts"),
    ]);
  try {
    const cluster = await connect(settings);
    await requirePinnedImages(workload, { cluster, expected: expectedOf(settings, true) });
  } catch (error) {
    if (!(error instanceof ClusterError)) throw error;
    await log.warn(`What ${workload} runs could not be looked at: ${error.message}`);
  }
}
