import assert from "node:assert/strict";
import { cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import analyzer from "@pulumi/pulumi/proto/analyzer_pb.js";
import { BookWyrm } from "../../components/bookwyrm.ts";
import { stderrProgress } from "../../lab/progress.ts";
import { request, resource, type Sent } from "../support/analyzer.ts";
import { output, PROJECT } from "../support/lab.ts";
import { PackProcess } from "../support/pack-process.ts";
import { record } from "../support/record.ts";
import { secrets, settings } from "../support/settings.ts";

// What the pack costs: asked over gRPC as the engine asks, and as `pulumi policy analyze` on a state of the
// same resources, beside a pack without rules.

const SIZES = [50, 500, 5000];
const LARGEST = Math.max(...SIZES);
/** How many resources the engine has judged at a time. */
const PARALLEL = 16;
const STACK = "prod";
const PACK = join(PROJECT, "policy");

const LIMITS = { start: 1.5, seconds: 5, memory: 512, growth: 2 };

/** This project's web, again and again: as large as workloads are. */
async function workloads(): Promise<readonly Sent[]> {
  const recorded = await record(() => {
    new BookWyrm("bookwyrm", { settings: settings(), secrets: secrets() });
  });
  const web = recorded.find(({ type, name }) => name === "web" && type.endsWith(":Deployment"));
  assert.ok(web);
  return Array.from({ length: LARGEST }, (_, index) => ({
    type: web.type,
    name: `web-${index.toString()}`,
    props: web.inputs,
    stack: STACK,
  }));
}

const secondsOf = async (work: () => Promise<unknown>): Promise<number> => {
  const began = performance.now();
  await work();
  return (performance.now() - began) / 1000;
};

interface Measured {
  readonly workloads: number;
  readonly startSeconds: number;
  readonly resourceSeconds: number;
  readonly stackSeconds: number;
  readonly peakMiB: number;
}

/** A new process for each size, as each preview has one. */
async function measure(sent: readonly Sent[]): Promise<Measured> {
  const requests = sent.map(request);
  const stack = new analyzer.AnalyzeStackRequest().setResourcesList(sent.map(resource));
  const began = performance.now();
  await using pack = await PackProcess.start(PACK);
  const startSeconds = (performance.now() - began) / 1000;
  const resourceSeconds = await secondsOf(async () => {
    for (let first = 0; first < requests.length; first += PARALLEL) {
      await Promise.all(
        requests.slice(first, first + PARALLEL).map((request) => pack.analyze(request)),
      );
    }
  });
  const stackSeconds = await secondsOf(() => pack.analyzeStack(stack));
  return {
    workloads: sent.length,
    startSeconds,
    resourceSeconds,
    stackSeconds,
    peakMiB: pack.peakMemory(),
  };
}

/** A pack of the same form that judges nothing. */
function emptyPack(folder: string): string {
  const pack = join(folder, "policy");
  for (const file of ["package.json", "tsconfig.json", "PulumiPolicy.yaml"]) {
    cpSync(join(PACK, file), join(pack, file));
  }
  for (const file of ["tsconfig.json", "package.json"]) {
    cpSync(join(PROJECT, file), join(folder, file));
  }
  symlinkSync(join(PROJECT, "node_modules"), join(folder, "node_modules"));
  writeFileSync(
    join(pack, "index.ts"),
    'import { PolicyPack } from "@pulumi/policy";\nnew PolicyPack("empty", { policies: [] });\n',
  );
  return pack;
}

/** Seconds that the engine needs to judge a state of these resources; violations do not matter here. */
function engineSeconds(sent: readonly Sent[], pack: string, folder: string): Promise<number> {
  const stackUrn = `urn:pulumi:${STACK}::program::pulumi:pulumi:Stack::program-${STACK}`;
  const resources = sent.map(({ type, name, props }) => ({
    urn: `urn:pulumi:${STACK}::program::${type}::${name}`,
    type,
    custom: true,
    id: name,
    inputs: props,
    outputs: props,
    parent: stackUrn,
  }));
  const state = join(folder, "state.json");
  const deployment = { resources: [{ urn: stackUrn, type: "pulumi:pulumi:Stack" }, ...resources] };
  writeFileSync(state, JSON.stringify({ version: 3, deployment }));
  const command = ["pulumi", "policy", "analyze", "--file", state, "--policy-pack", pack] as const;
  return secondsOf(() => output(command, { cwd: folder }));
}

const folder = mkdtempSync(join(tmpdir(), "bookwyrm-bench-"));
try {
  const all = await workloads();
  // Fills the cache of compiled code, and is not counted.
  await measure(all.slice(0, 1));
  const empty = emptyPack(folder);
  const results: (Measured & { engineSeconds: number; emptySeconds: number })[] = [];
  for (const size of SIZES) {
    const sent = all.slice(0, size);
    await stderrProgress.step(`judge ${size.toString()} workloads`, async () => {
      results.push({
        ...(await measure(sent)),
        engineSeconds: await engineSeconds(sent, PACK, folder),
        emptySeconds: await engineSeconds(sent, empty, folder),
      });
    });
  }
  const judged = ({ resourceSeconds, stackSeconds }: Measured): number =>
    resourceSeconds + stackSeconds;
  if (process.argv.includes("--json")) {
    process.stdout.write(`${JSON.stringify(results)}\n`);
  } else {
    const fixed = (value: number, width: number): string => value.toFixed(2).padStart(width);
    process.stdout.write(
      "workloads  start s  resources s  stack s  ms a workload  peak MiB  engine with it s  engine with none s\n",
    );
    for (const result of results) {
      process.stdout.write(
        [
          result.workloads.toString().padStart(9),
          fixed(result.startSeconds, 7),
          fixed(result.resourceSeconds, 11),
          fixed(result.stackSeconds, 7),
          fixed((1000 * judged(result)) / result.workloads, 13),
          result.peakMiB.toFixed(0).padStart(8),
          fixed(result.engineSeconds, 16),
          fixed(result.emptySeconds, 18),
        ].join("  ") + "\n",
      );
    }
  }
  const [, middle, largest] = results;
  assert.ok(middle && largest);
  const misses = [
    ...results.flatMap(({ startSeconds: start }) =>
      start > LIMITS.start ? [`a start took ${start.toFixed(2)} s`] : [],
    ),
    ...(judged(largest) > LIMITS.seconds ? ["the largest stack took too long"] : []),
    ...(largest.peakMiB > LIMITS.memory ? ["the largest stack took too much memory"] : []),
    ...(judged(largest) / largest.workloads > (LIMITS.growth * judged(middle)) / middle.workloads
      ? ["a workload takes longer the more there are"]
      : []),
  ];
  for (const miss of misses) process.stderr.write(`Missed: ${miss}\n`);
  process.exitCode = misses.length === 0 ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true });
}
