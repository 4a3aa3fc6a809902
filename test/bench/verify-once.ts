import assert from "node:assert/strict";
import { isBlocking, runChecks } from "../../checks/check.ts";
import { connect } from "../../checks/cluster/connect.ts";
import { takeReading } from "../../checks/cluster/reading.ts";
import { crashLogsCheck } from "../../checks/post/crash-logs.ts";
import type { Expected } from "../../checks/post/expected.ts";
import { imagesRunningCheck } from "../../checks/post/images-running.ts";
import { jobsCompleteCheck } from "../../checks/post/jobs-complete.ts";
import { rolloutCompleteCheck } from "../../checks/post/rollout-complete.ts";
import { singleBeatCheck } from "../../checks/post/single-beat.ts";
import { warningEventsCheck } from "../../checks/post/warning-events.ts";
import { CONTEXT, KUBECONFIG } from "../../lab/layout.ts";

// One measurement of verify.ts, in a process of its own: it loads what `wyrm verify` loads for these
// checks, and no more, so that its peak memory is theirs.

/** The argument, as JSON. */
export interface Task {
  readonly what: "list" | "verify";
  readonly namespace: string;
  readonly pods: number;
  readonly expected: Expected;
}

/** What is printed, as JSON. */
export interface Figures {
  readonly milliseconds: number;
  readonly mebibytes: number;
}

const TIMEOUT_MS = 60_000;
const KINDS = [
  "pods",
  "deployments",
  "statefulsets",
  "replicasets",
  "jobs",
  "nodes",
  "events",
] as const;
/** All that ever happened in the namespace, which is as old as the pods. */
const SINCE = new Date(0);

const { what, namespace, pods, expected } = JSON.parse(process.argv[2] ?? "") as Task;
const cluster = await connect({ context: CONTEXT, namespace, kubeconfig: KUBECONFIG });
const signal = AbortSignal.timeout(TIMEOUT_MS);
const began = performance.now();
if (what === "list") {
  const [listed] = await Promise.all(KINDS.map((kind) => cluster.list(kind, signal)));
  assert.equal(listed?.length, pods);
} else {
  const reading = takeReading(cluster, signal);
  const args = { reading, expected };
  const results = await runChecks(
    [
      rolloutCompleteCheck(args),
      imagesRunningCheck(args),
      jobsCompleteCheck(args),
      singleBeatCheck(args),
      warningEventsCheck({ reading, since: SINCE }),
      crashLogsCheck({ cluster, reading, since: SINCE }),
    ],
    { timeoutMs: TIMEOUT_MS },
  );
  assert.deepEqual(results.filter(isBlocking), []);
}
const figures: Figures = {
  milliseconds: performance.now() - began,
  mebibytes: process.resourceUsage().maxRSS / 1024,
};
process.stdout.write(JSON.stringify(figures));
