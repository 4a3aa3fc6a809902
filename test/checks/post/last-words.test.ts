import assert from "node:assert/strict";
import { test } from "node:test";
import type { Cluster } from "../../../checks/cluster/cluster.ts";
import { schemaCurrentCheck } from "../../../checks/post/schema-current.ts";
import { servedVersionCheck } from "../../../checks/post/served-version.ts";
import { workersAnswerCheck } from "../../../checks/post/workers-answer.ts";
import { migrationsKnownCheck } from "../../../checks/pre/migrations-known.ts";
import { EXPECTED, fakeCluster, healthy, readingOf } from "../../support/cluster.ts";

const SECRET = "s3cr3t-key";
const FAILED: Cluster = fakeCluster(healthy(), {
  secrets: { environment: { SECRET } },
  execute: () => ({ exitCode: 1, stdout: "", stderr: `Traceback\nError: no ${SECRET} there\n` }),
  ask: () => ({ body: Buffer.from('{"software":{"version":"0.9.2"}}') }),
});

const args = (cluster: Cluster) => ({
  cluster,
  reading: readingOf(healthy()),
  expected: EXPECTED,
});
const CHECKS = {
  schemaCurrent: (cluster: Cluster) => schemaCurrentCheck(args(cluster)),
  servedVersion: (cluster: Cluster) => servedVersionCheck(args(cluster)),
  workersAnswer: (cluster: Cluster) => workersAnswerCheck(args(cluster)),
  migrationsKnown: (cluster: Cluster) =>
    migrationsKnownCheck({ staging: args(cluster), target: args(cluster) }),
};

for (const [name, checkOf] of Object.entries(CHECKS)) {
  const said = async (cluster: Cluster): Promise<string> =>
    JSON.stringify(
      await checkOf(cluster)
        .run(AbortSignal.timeout(5_000))
        .catch((error: unknown) => (error as Error).message),
    );

  test(`${name}: what a command in a pod says is shown without the pod's secrets`, async () => {
    assert.match(await said(FAILED), /Error: no \[redacted\] there/);
    assert.doesNotMatch(await said(FAILED), new RegExp(SECRET));
  });

  test(`${name}: it is withheld where these secrets cannot be read`, async () => {
    const secret = () => Promise.reject(new Error("not allowed: secrets"));
    const withheld = await said({ ...FAILED, secret });
    assert.match(withheld, /withheld, since its secrets cannot be read.*not allowed: secrets/);
    assert.doesNotMatch(withheld, /there/);
  });
}
