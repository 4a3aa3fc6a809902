import { readFileSync } from "node:fs";
import { isBlocking, runChecks } from "../../checks/check.ts";
import { commitPushedCheck } from "../../checks/pre/commit-pushed.ts";
import { imageRevisionCheck } from "../../checks/pre/image-revision.ts";
import { imageTagMatchesCheck } from "../../checks/pre/image-tag-matches.ts";
import { RegistryClient } from "../../checks/registry/registry-client.ts";
import { SAMPLE_SOURCE } from "../../lab/images/images.ts";
import type { Lab } from "../../lab/lab.ts";
import { BRANCH, GitHistory, REMOTE } from "../git-history.ts";
import { imageOf } from "../image.ts";
import type { Failure } from "../result.ts";
import type { Layer } from "./layer.ts";

const TIMEOUT_MS = 30_000;

/** The three guards that each found one of the mistakes; all of them look at every deployment. */
export const guards: Layer = {
  name: "guards",
  tries: async (trial) => {
    using history = await historyAt(trial.failure);
    const { bench, failure, intendedDigest, cachedDigest } = trial;
    // A restart asks for what was deployed before.
    const digest = failure === "cached-image" ? cachedDigest : intendedDigest;
    const image = imageOf(bench.repository.moving, failure, digest);
    const client = clientOf(bench.lab, image.registry);
    const results = await runChecks(
      [
        imageRevisionCheck({ client, image, source: SAMPLE_SOURCE, now: new Date() }),
        imageTagMatchesCheck({ client, image }),
        commitPushedCheck({ repository: history.repository, remote: REMOTE, branch: BRANCH }),
      ],
      { timeoutMs: TIMEOUT_MS },
    );
    const problems = results.filter(isBlocking);
    if (problems.length === 0) return undefined;
    return {
      outcome: "stopped",
      by: problems.map(({ id }) => id).join(", "),
      evidence: problems.map(({ id, summary }) => `${id}: ${summary}`).join(" "),
    };
  },
};

/** What was committed and pushed when the team deployed. */
async function historyAt(failure: Failure): Promise<GitHistory> {
  const history = await GitHistory.create();
  if (failure === "image-without-code") return history;
  await history.commit("Use the right Dockerfile");
  if (failure === "cached-image") await history.push();
  return history;
}

const clientOf = ({ registry }: Lab, host: string): RegistryClient =>
  new RegistryClient({
    host,
    credentials: {
      username: registry.pull.username,
      password: readFileSync(registry.pull.passwordFile, "utf8"),
    },
    ca: readFileSync(registry.caFile, "utf8"),
  });
