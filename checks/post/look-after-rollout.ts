import { log } from "@pulumi/pulumi";
import type { Settings } from "../../model/settings.ts";
import type { RolloutSubject } from "./after-rollout.ts";

/**
 * The early signal inside `pulumi up`. A cluster that does not answer is the verification's to judge: the
 * rollout itself is over, and Pulumi has seen it become ready.
 *
 * @returns what looks at one workload; it throws an Error that names every container of it that runs
 * something else than what is pinned. All workloads are looked at over one connection.
 */
export function lookAfterRollout(settings: Settings): (workload: string) => Promise<void> {
  let subject: Promise<RolloutSubject> | undefined;
  return async (workload) => {
    // Loaded only when something was rolled out: a preview runs no hook, and pays nothing for it.
    const [{ ClusterError }, { requirePinnedImages }] = await Promise.all([
      import("../cluster/cluster.ts"),
      import("./after-rollout.ts"),
    ]);
    try {
      subject ??= subjectOf(settings);
      await requirePinnedImages(workload, await subject);
    } catch (error) {
      if (!(error instanceof ClusterError)) throw error;
      await log.warn(`What ${workload} runs could not be looked at: ${error.message}`);
    }
  };
}

async function subjectOf(settings: Settings): Promise<RolloutSubject> {
  const [{ connect }, { expectedOf }] = await Promise.all([
    import("../cluster/connect.ts"),
    import("./expected.ts"),
  ]);
  return { cluster: await connect(settings), expected: expectedOf(settings, true) };
}
