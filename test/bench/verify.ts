import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { isBlocking, runChecks } from "../../checks/check.ts";
import { connect } from "../../checks/cluster/connect.ts";
import { takeReading } from "../../checks/cluster/reading.ts";
import { crashLogsCheck } from "../../checks/post/crash-logs.ts";
import { expectedOf } from "../../checks/post/expected.ts";
import { imagesRunningCheck } from "../../checks/post/images-running.ts";
import { jobsCompleteCheck } from "../../checks/post/jobs-complete.ts";
import { rolloutCompleteCheck } from "../../checks/post/rollout-complete.ts";
import { singleBeatCheck } from "../../checks/post/single-beat.ts";
import { warningEventsCheck } from "../../checks/post/warning-events.ts";
import { CONTEXT, serveObjects } from "../support/api-server.ts";
import { healthy, SINCE } from "../support/cluster.ts";
import { settings } from "../support/settings.ts";
import { run } from "../support/run.ts";

// What the checks add to the LIST calls that they need, on 1,000 pods: medians of 5 processes each, in
// turns. A double serves the pods, at the size that real ones have; what the checks ask beside lists
// (commands in a pod, pages, the soak) takes the time that the cluster takes and is left out.

const RUNS = 5;
const PODS = 1_000;
const TIMEOUT_MS = 60_000;
/** A pod of BookWyrm in the lab has 13 KB, of which this is what no check reads. */
const UNREAD_FIELDS = 150;
const KINDS = [
  "pods",
  "deployments",
  "statefulsets",
  "replicasets",
  "jobs",
  "nodes",
  "events",
] as const;

const EXPECTED = expectedOf(settings({ web: { replicas: PODS - 5 } }), true);

async function serve(): Promise<void> {
  const objects = healthy(EXPECTED);
  const managedFields = Array.from({ length: UNREAD_FIELDS }, (_, index) => ({
    [`f:field-${index.toString()}`]: { "f:value": {}, "f:kind": "kubelet", "f:time": SINCE },
  }));
  for (const pod of objects.pods) Object.assign(pod.metadata, { managedFields });
  const { kubeconfig } = await serveObjects(objects);
  process.stdout.write(`${kubeconfig}\n`);
}

async function measure(what: "list" | "verify", kubeconfig: string): Promise<void> {
  const cluster = await connect({ context: CONTEXT, namespace: "books", kubeconfig });
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  const began = performance.now();
  if (what === "list") {
    const lists = await Promise.all(KINDS.map((kind) => cluster.list(kind, signal)));
    assert.ok((lists[0]?.length ?? 0) >= PODS);
  } else {
    const reading = takeReading(cluster, signal);
    const args = { reading, expected: EXPECTED };
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
  const milliseconds = performance.now() - began;
  const mebibytes = process.resourceUsage().maxRSS / 1024;
  process.stdout.write(JSON.stringify({ milliseconds, mebibytes }));
}

interface Figures {
  readonly milliseconds: number;
  readonly mebibytes: number;
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;

async function compare(): Promise<void> {
  const server = spawn(process.execPath, [import.meta.filename, "serve"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  try {
    const [line] = (await once(server.stdout.setEncoding("utf8"), "data")) as [string];
    const inProcess = async (what: string): Promise<Figures> => {
      const command = [process.execPath, import.meta.filename, what, line.trim()] as const;
      const { exitCode, output } = await run(command);
      assert.equal(exitCode, 0, output);
      return JSON.parse(output) as Figures;
    };
    const figures: Record<"list" | "verify", Figures[]> = { list: [], verify: [] };
    for (let round = 0; round < RUNS; round += 1) {
      figures.list.push(await inProcess("list"));
      figures.verify.push(await inProcess("verify"));
    }
    const [list = NaN, verify = NaN] = [figures.list, figures.verify].map((all) =>
      median(all.map(({ milliseconds }) => milliseconds)),
    );
    const results = {
      pods: PODS,
      listMilliseconds: Math.round(list),
      verifyMilliseconds: Math.round(verify),
      timesList: Number((verify / list).toFixed(2)),
      verifyMebibytes: Math.round(Math.max(...figures.verify.map(({ mebibytes }) => mebibytes))),
    };
    process.stdout.write(
      process.argv.includes("--json")
        ? `${JSON.stringify(results)}\n`
        : `verify ${PODS.toString()} pods ${results.verifyMilliseconds.toString()} ms, lists alone ${results.listMilliseconds.toString()} ms: ${results.timesList.toString()} x; ${results.verifyMebibytes.toString()} MiB\n`,
    );
  } finally {
    server.kill();
  }
}

const [, , role, kubeconfig = ""] = process.argv;
if (role === "serve") await serve();
else if (role === "list" || role === "verify") await measure(role, kubeconfig);
else await compare();
