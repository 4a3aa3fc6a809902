import { setTimeout as sleep } from "node:timers/promises";
import { readFileSync } from "node:fs";
import { type Check, isBlocking, runChecks } from "../../checks/check.ts";
import { connect } from "../../checks/cluster/connect.ts";
import { type Reading, takeReading } from "../../checks/cluster/reading.ts";
import { crashLogsCheck } from "../../checks/post/crash-logs.ts";
import type { Expected } from "../../checks/post/expected.ts";
import { imagesRunningCheck } from "../../checks/post/images-running.ts";
import { rolloutCompleteCheck } from "../../checks/post/rollout-complete.ts";
import { soakCheck } from "../../checks/post/soak.ts";
import { imageResolver } from "../../checks/registry/resolver.ts";
import type { ReleaseImage } from "../../model/pinned-image.ts";
import type { Bench } from "../bench.ts";
import { imageOf } from "../image.ts";
import { DOMAIN, PULL_SECRET, REPLICAS, WEB } from "../site-objects.ts";
import type { Layer } from "./layer.ts";

const STATUS_SECONDS = 15;
const SOAK_SECONDS = 6;
const TIMEOUT_MS = 30_000;

/** Looks at what runs as soon as kubectl says that the rollout is over. */
export const verification: Layer = {
  name: "verification",
  tries: async ({ bench, failure, intendedDigest }) => {
    const { site, repository, timeline } = bench;
    const since = new Date();
    await site.deploy(repository.moving);
    await site.rolloutStatus(STATUS_SECONDS);
    const rolledOutAt = timeline.now();
    let calledAt: number | undefined;
    const image = imageOf(repository.moving, failure, intendedDigest);
    const results = await runChecks(await checks(bench, image, since), {
      timeoutMs: TIMEOUT_MS,
      onResult: (result) => {
        if (isBlocking(result)) calledAt ??= timeline.now();
      },
    });
    const problems = results.filter(isBlocking);
    if (calledAt === undefined) return undefined;
    return {
      outcome: "called",
      by: problems.map(({ id }) => id).join(", "),
      evidence: problems.map(({ id, summary }) => `${id}: ${summary}`).join(" "),
      at: calledAt,
      secondsAfterRollout: Math.round((calledAt - rolledOutAt) * 10) / 10,
    };
  },
};

async function checks(
  { lab, site }: Bench,
  image: ReleaseImage,
  since: Date,
): Promise<readonly Check[]> {
  const expected = expectedOf(image, lab.registry.pull.username);
  const cluster = await connect({
    context: lab.context,
    namespace: site.namespace,
    kubeconfig: lab.kubeconfig,
  });
  const read = (): Reading => takeReading(cluster, AbortSignal.timeout(TIMEOUT_MS));
  const reading = read();
  const { username, passwordFile } = lab.registry.pull;
  const resolveImage = imageResolver(
    { image, registryUsername: username },
    { password: readFileSync(passwordFile, "utf8"), ca: readFileSync(lab.registry.caFile, "utf8") },
  );
  return [
    rolloutCompleteCheck({ reading, expected }),
    imagesRunningCheck({ reading, expected, resolveImage }),
    soakCheck({
      reading,
      expected,
      readAgain: read,
      seconds: SOAK_SECONDS,
      sleep: (milliseconds, signal) => sleep(milliseconds, undefined, { signal }),
    }),
    crashLogsCheck({ cluster, reading, since }),
  ];
}

/** The one workload that the team's manifests have. */
const expectedOf = (image: ReleaseImage, registryUsername: string): Expected => ({
  domain: DOMAIN,
  version: image.version,
  pullSecret: PULL_SECRET,
  registryUsername,
  isWebLimited: false,
  workloads: [
    { component: "web", name: WEB, kind: "Deployment", replicas: REPLICAS, image, queues: [] },
  ],
});
