import assert from "node:assert/strict";
import { cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import analyzer from "@pulumi/pulumi/proto/analyzer_pb.js";
import Table from "cli-table3";
import { stderrProgress } from "../../lab/progress.ts";
import type { StackResource } from "../../policy/rule.ts";
import { request, resource, type Sent, urn } from "../support/analyzer.ts";
import { output, PROJECT } from "../support/lab.ts";
import { PackProcess } from "../support/pack-process.ts";
import { UNKNOWN } from "../support/policy.ts";
import { programResources } from "../support/program.ts";

// What the pack costs, beside a pack that judges nothing: asked over gRPC as the engine asks, and in
// `pulumi policy analyze` on a state of the same resources. Most of the empty pack's time and memory goes into
// messages, which google-protobuf turns into some 130 KB of objects a workload before any policy sees them.

const MIDDLE = 500;
const LARGEST = 5000;
const SIZES = [50, MIDDLE, LARGEST];
/** How many resources the engine has judged at a time. */
const PARALLEL = 16;
const STACK = "prod";
const PACK = join(PROJECT, "policy");

/** Of what the rules add to an empty pack, but for the start. */
const LIMITS = { startSeconds: 1.5, seconds: 5, MiB: 512, growth: 2 };

const COMPONENT = "bookwyrm:components:BookWyrm";
const WORKLOAD = /:(?:Deployment|StatefulSet|Job)$/;
/** What the rules about a whole stack look for. */
const BESIDE = /:(?:BookWyrm|Secret|ConfigMap|NetworkPolicy)$/;

/** This project's program again and again, each in a namespace of its own. @returns each copy by itself */
async function copies(): Promise<readonly (readonly Sent[])[]> {
  const program = (await programResources()).filter(
    ({ type, name }) =>
      WORKLOAD.test(type) || (BESIDE.test(type) && !/^network-(?!deny$)/.test(name)),
  );
  const each = program.filter(({ type }) => WORKLOAD.test(type)).length;
  return Array.from({ length: Math.ceil(LARGEST / each) }, (_, index) => copy(program, index));
}

function copy(program: readonly StackResource[], index: number): Sent[] {
  const named = ({ type, name }: StackResource): Sent => ({
    type,
    name: `${name}-${index.toString()}`,
    stack: STACK,
  });
  const urns = new Map(program.map((each) => [each.urn, urn(named(each))]));
  const component = program.find(({ type }) => type === COMPONENT);
  assert.ok(component);
  const parent = urn(named(component));
  return program.map((each) => ({
    ...named(each),
    props: placed(each.props, `bookwyrm-${index.toString()}`),
    ...(each !== component && { parent }),
    dependencies: each.dependencies.flatMap((dependency) => urns.get(dependency) ?? []),
  }));
}

const placed = (props: unknown, namespace: string): object =>
  JSON.parse(JSON.stringify(props), (key, value: unknown) =>
    key === "namespace" ? namespace : value,
  ) as object;

const isWorkload = ({ type }: Sent): boolean => WORKLOAD.test(type);

/** Whole copies that have as many workloads together, or a few more. */
function stackOf(all: readonly (readonly Sent[])[], workloads: number): readonly Sent[] {
  const each = (all[0] ?? []).filter(isWorkload).length;
  return all.slice(0, Math.ceil(workloads / each)).flat();
}

/** As a first preview has it, in which the namespace is still to be created. */
const inUnknownNamespace = (sent: readonly Sent[]): Sent[] =>
  sent.map((each) => ({ ...each, props: placed(each.props, UNKNOWN) }));

const secondsOf = async (work: () => Promise<unknown>): Promise<number> => {
  const began = performance.now();
  await work();
  return (performance.now() - began) / 1000;
};

interface Cost {
  readonly startSeconds: number;
  readonly resourceSeconds: number;
  readonly stackSeconds: number;
  /** Processor time of both. */
  readonly cpuSeconds: number;
  readonly peakMiB: number;
}

/** A new process for each size, as each preview has one. */
async function costOf(folder: string, sent: readonly Sent[]): Promise<Cost> {
  const requests = sent.map(request);
  const stack = new analyzer.AnalyzeStackRequest().setResourcesList(sent.map(resource));
  const began = performance.now();
  await using pack = await PackProcess.start(folder);
  const startSeconds = (performance.now() - began) / 1000;
  const cpuBefore = pack.cpuSeconds();
  const resourceSeconds = await secondsOf(async () => {
    for (let first = 0; first < requests.length; first += PARALLEL) {
      await Promise.all(
        requests.slice(first, first + PARALLEL).map((request) => pack.analyze(request)),
      );
    }
  });
  const stackSeconds = await secondsOf(() => pack.analyzeStack(stack));
  const cpuSeconds = pack.cpuSeconds() - cpuBefore;
  return { startSeconds, resourceSeconds, stackSeconds, cpuSeconds, peakMiB: pack.peakMemory() };
}

interface Costs {
  readonly workloads: number;
  readonly pack: Cost;
  readonly emptyPack: Cost;
}

interface Measured extends Costs {
  readonly engineSeconds: number;
  readonly engineSecondsEmpty: number;
}

/** What the rules add to an empty pack; in processor time, since machines are noisy. */
const added = ({ pack, emptyPack }: Costs): { seconds: number; MiB: number } => ({
  seconds: pack.cpuSeconds - emptyPack.cpuSeconds,
  MiB: pack.peakMiB - emptyPack.peakMiB,
});

const secondsEach = (costs: Costs): number => added(costs).seconds / costs.workloads;

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

/** Seconds that the engine needs to judge a state of these resources, with which nothing is wrong. */
function engineSeconds(sent: readonly Sent[], pack: string, folder: string): Promise<number> {
  const stackUrn = `urn:pulumi:${STACK}::program::pulumi:pulumi:Stack::program-${STACK}`;
  const resources = sent.map((each) => ({
    urn: urn(each),
    type: each.type,
    ...(each.type !== COMPONENT && { custom: true, id: each.name }),
    inputs: each.props,
    outputs: each.props,
    parent: each.parent ?? stackUrn,
    dependencies: each.dependencies,
  }));
  const state = join(folder, "state.json");
  const deployment = { resources: [{ urn: stackUrn, type: "pulumi:pulumi:Stack" }, ...resources] };
  writeFileSync(state, JSON.stringify({ version: 3, deployment }));
  const command = ["pulumi", "policy", "analyze", "--file", state, "--policy-pack", pack] as const;
  return secondsOf(() => output(command, { cwd: folder }));
}

function table(results: readonly Measured[]): string {
  const fixed = (value: number): string => value.toFixed(2);
  const rows = results.map((result) => {
    const { workloads, pack, emptyPack, engineSeconds, engineSecondsEmpty } = result;
    const { seconds, MiB } = added(result);
    return [
      workloads.toString(),
      fixed(pack.startSeconds),
      fixed(seconds),
      fixed((1000 * seconds) / workloads),
      MiB.toFixed(0),
      `${fixed(pack.resourceSeconds)} + ${fixed(pack.stackSeconds)}`,
      `${fixed(emptyPack.resourceSeconds)} + ${fixed(emptyPack.stackSeconds)}`,
      `${pack.peakMiB.toFixed(0)} / ${emptyPack.peakMiB.toFixed(0)}`,
      `${fixed(engineSeconds)} / ${fixed(engineSecondsEmpty)}`,
    ];
  });
  const table = new Table({
    head: [
      ...["workloads", "start s", "rules add CPU s", "ms each", "rules add MiB"],
      ...["resources + stack s", "empty pack s", "peak MiB / empty", "engine s / empty"],
    ],
    style: { head: [], border: [], compact: true },
  });
  table.push(...rows);
  return `${table.toString()}\n${LEGEND}`;
}

const firstPreview = (unknown: Costs): string =>
  `In a first preview, where the namespace is not known yet, the rules add ${(1000 * secondsEach(unknown)).toFixed(2)} ms ` +
  `to each of ${unknown.workloads.toString()} workloads, and the stack takes ${unknown.pack.stackSeconds.toFixed(2)} s.`;

const LEGEND = [
  "What the rules add is what this pack takes more than one without policies, in processor time.",
  `Limits: ${LIMITS.startSeconds.toString()} s to start; the rules add at most ${LIMITS.seconds.toString()} s and ` +
    `${LIMITS.MiB.toString()} MiB at ${LARGEST.toString()} workloads, and to each at most ` +
    `${LIMITS.growth.toString()} times what they add at ${MIDDLE.toString()}.`,
].join("\n");

function misses(results: readonly Measured[], unknown: Costs): string[] {
  const [, middle, largest] = results;
  assert.ok(middle && largest);
  return [
    ...(results.some(({ pack }) => pack.startSeconds > LIMITS.startSeconds)
      ? [`the pack takes more than ${LIMITS.startSeconds.toString()} s to start`]
      : []),
    ...(added(largest).seconds > LIMITS.seconds
      ? [`the rules take more than ${LIMITS.seconds.toString()} s`]
      : []),
    ...(added(largest).MiB > LIMITS.MiB
      ? [`the rules take more than ${LIMITS.MiB.toString()} MiB`]
      : []),
    ...(secondsEach(largest) > LIMITS.growth * secondsEach(middle)
      ? ["a workload takes longer the more there are"]
      : []),
    ...(secondsEach(unknown) > LIMITS.growth * secondsEach(middle)
      ? ["a workload takes longer where its namespace is not known yet"]
      : []),
  ];
}

const folder = mkdtempSync(join(tmpdir(), "bookwyrm-bench-"));
try {
  const all = await copies();
  const empty = emptyPack(folder);
  // Fills the cache of compiled code, and is not counted.
  for (const pack of [PACK, empty]) await costOf(pack, stackOf(all, 1));
  const costs = async (sent: readonly Sent[]): Promise<Costs> => ({
    workloads: sent.filter(isWorkload).length,
    pack: await costOf(PACK, sent),
    emptyPack: await costOf(empty, sent),
  });
  const results: Measured[] = [];
  for (const size of SIZES) {
    const sent = stackOf(all, size);
    await stderrProgress.step(`judge ${size.toString()} workloads`, async () => {
      results.push({
        ...(await costs(sent)),
        engineSeconds: await engineSeconds(sent, PACK, folder),
        engineSecondsEmpty: await engineSeconds(sent, empty, folder),
      });
    });
  }
  const unknown = await stderrProgress.step(
    `judge ${MIDDLE.toString()} workloads of a first preview`,
    () => costs(inUnknownNamespace(stackOf(all, MIDDLE))),
  );
  process.stdout.write(
    process.argv.includes("--json")
      ? `${JSON.stringify({ results, unknown })}\n`
      : `${table(results)}\n${firstPreview(unknown)}\n`,
  );
  for (const miss of misses(results, unknown)) {
    process.stderr.write(`Missed: ${miss}\n`);
    process.exitCode = 1;
  }
} finally {
  rmSync(folder, { recursive: true });
}
