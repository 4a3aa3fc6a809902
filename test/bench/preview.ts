import assert from "node:assert/strict";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { stderrProgress } from "../../lab/progress.ts";
import { committedStack, DUMMY_SECRETS } from "../support/committed-stack.ts";
import { PROJECT } from "../support/lab.ts";
import { median } from "../support/median.ts";
import { TestStack } from "../support/stack.ts";

// Wall seconds of `pulumi preview`, medians of 5, one after the other in turns: machines are noisy, so
// only the ratios within one run mean anything.

const RUNS = 5;

interface Subject {
  readonly name: string;
  readonly stack: TestStack;
  readonly args: readonly string[];
}

const WITH_PACK = [
  `--policy-pack=${join(PROJECT, "policy")}`,
  `--policy-pack-config=${join(PROJECT, "policy-config/prod.json")}`,
];

const NOT_OF_THE_PROGRAM: ReadonlySet<string> = new Set([".git", "lab", "node_modules", "test"]);

/** The same program as `pulumi new kubernetes-typescript` would load it: by ts-node, with its types checked. */
function templateDefault(): string {
  const folder = mkdtempSync(join(tmpdir(), "bookwyrm-bench-"));
  cpSync(PROJECT, folder, {
    recursive: true,
    filter: (source) => !NOT_OF_THE_PROGRAM.has(relative(PROJECT, source)),
  });
  const project = readFileSync(join(PROJECT, "Pulumi.yaml"), "utf8");
  assert.match(project, /typescript: false/);
  writeFileSync(
    join(folder, "Pulumi.yaml"),
    project.replace("typescript: false", "typescript: true"),
  );
  symlinkSync(join(PROJECT, "node_modules"), join(folder, "node_modules"));
  return folder;
}

async function measure({ stack, args }: Subject): Promise<number> {
  const began = performance.now();
  const { exitCode, output } = await stack.run("preview", args);
  assert.equal(exitCode, 0, output);
  return (performance.now() - began) / 1000;
}

async function prod(program?: string): Promise<TestStack> {
  const stack = await TestStack.create(program);
  stack.configure(committedStack("prod"));
  await stack.setSecrets(DUMMY_SECRETS);
  return stack;
}

const copy = templateDefault();
try {
  await using emptyStack = await TestStack.create(join(PROJECT, "test/fixtures/empty"));
  emptyStack.configure({});
  await using prodStack = await prod();
  await using templateStack = await prod(copy);
  const subjects: readonly Subject[] = [
    { name: "empty program, no pack", stack: emptyStack, args: [] },
    { name: "prod with the pack", stack: prodStack, args: WITH_PACK },
    { name: "prod without a pack", stack: prodStack, args: [] },
    { name: "prod with the pack, loaded by ts-node", stack: templateStack, args: WITH_PACK },
  ];
  const seconds = subjects.map((): number[] => []);
  await stderrProgress.step(`preview ${subjects.length.toString()} programs`, async () => {
    // The first round fills caches, and is not counted.
    for (let round = 0; round <= RUNS; round += 1) {
      for (const [index, subject] of subjects.entries()) {
        const taken = await measure(subject);
        if (round > 0) seconds[index]?.push(taken);
      }
    }
  });
  const medians = seconds.map(median);
  const results = subjects.map(({ name }, index) => ({
    name,
    medianSeconds: Number(medians[index]?.toFixed(2)),
    timesEmpty: Number(((medians[index] ?? NaN) / (medians[0] ?? NaN)).toFixed(2)),
  }));
  if (process.argv.includes("--json")) {
    process.stdout.write(`${JSON.stringify(results)}\n`);
  } else {
    for (const { name, medianSeconds, timesEmpty } of results) {
      process.stdout.write(
        `${name.padEnd(40)} ${medianSeconds.toFixed(2).padStart(6)} s  ${timesEmpty.toFixed(2)} x empty\n`,
      );
    }
  }
} finally {
  rmSync(copy, { recursive: true });
}
