import type { JobArgs } from "@pulumi/kubernetes/batch/v1/job.js";
import { type BookWyrmPod, bookWyrmPod, type Release } from "./pod.ts";

/**
 * A Job that failed is made anew by the next `pulumi up`. Without it a passing cause, such as a
 * registry that was down for a minute, would be judged again and again from the same failed Job.
 */
const REPLACE_UNREADY = { "pulumi.com/replaceUnready": "true" };

const SECONDS_PER_MINUTE = 60;

/**
 * A Job that fails at its first error. Kubernetes cannot change a Job's pod, so a new image or a new
 * setting is a new Job.
 * @param timeoutMinutes How long Pulumi waits for it.
 */
export function bookWyrmJob(
  release: Release,
  pod: Omit<BookWyrmPod, "restartPolicy">,
  timeoutMinutes: number,
): JobArgs {
  const { labels, template } = bookWyrmPod(release, { ...pod, restartPolicy: "Never" });
  return {
    metadata: { namespace: release.namespace, labels: labels.all, annotations: REPLACE_UNREADY },
    spec: {
      template,
      backoffLimit: 0,
      // A drained node is no fault of the image: such a pod is started again without counting.
      podFailurePolicy: {
        rules: [
          { action: "Ignore", onPodConditions: [{ type: "DisruptionTarget", status: "True" }] },
        ],
      },
      // Later than Pulumi's own limit: while the pod is there its error can still be quoted.
      activeDeadlineSeconds: (timeoutMinutes + 1) * SECONDS_PER_MINUTE,
    },
  };
}
