import { setTimeout as sleep } from "node:timers/promises";
import type { Job } from "../../checks/cluster/objects.ts";
import { migrationJob } from "../../components/migration.ts";
import type { Release } from "../../components/pod.ts";
import { smokeTestJob } from "../../components/smoke-test.ts";
import type { Bench } from "../bench.ts";
import { imageOf } from "../image.ts";
import { lastLine } from "../run.ts";
import { ENVIRONMENT, PULL_SECRET } from "../site-objects.ts";
import type { Layer, Trial } from "./layer.ts";

const TIMEOUT_MINUTES = 1;
const POLL_MS = 250;

/** The image is tried by Jobs, on a node of the cluster, before any pod of the site is touched. */
export const jobs: Layer = {
  name: "jobs",
  tries: async (trial) => {
    const release = releaseOf(trial);
    const timeoutMinutes = TIMEOUT_MINUTES;
    const steps = {
      smoke: smokeTestJob("smoke", { release, registrySecretUid: "", timeoutMinutes }),
      migration: migrationJob("migration", { release, timeoutMinutes }),
    };
    for (const [name, job] of Object.entries(steps)) {
      const failed = await runJob(trial.bench, name, job);
      if (failed !== undefined)
        return { outcome: "stopped", by: `the ${name} Job`, evidence: failed };
    }
    return undefined;
  },
};

const releaseOf = ({ bench: { site, repository }, failure, intendedDigest }: Trial): Release => ({
  namespace: site.namespace,
  image: imageOf(repository.moving, failure, intendedDigest),
  imagePullPolicy: "IfNotPresent",
  pullSecret: PULL_SECRET,
  environment: ENVIRONMENT,
  secretEnvironment: ENVIRONMENT,
  // Of workloads, not of Jobs.
  heartbeats: "",
  media: "",
});

/** @returns the last line of its log where it failed */
async function runJob(
  { site, signal }: Bench,
  name: string,
  job: ReturnType<typeof smokeTestJob>,
): Promise<string | undefined> {
  const { metadata, ...rest } = job;
  const object = { apiVersion: "batch/v1", kind: "Job", ...rest };
  await site.apply([{ ...object, metadata: { ...(metadata as object), name } }]);
  try {
    for (;;) {
      const { status } = JSON.parse(await site.must(["get", "job", name, "-o=json"])) as Job;
      const ended = status?.conditions?.find(({ status }) => status === "True")?.type;
      if (ended === "Complete" || ended === "SuccessCriteriaMet") return undefined;
      if (ended !== undefined) return lastLine(await site.must(["logs", `job/${name}`]));
      await sleep(POLL_MS, undefined, { signal });
    }
  } finally {
    await site.must(["delete", "job", name, "--wait"]);
  }
}
