import { isBlocking, type CheckResult } from "../checks/check.ts";
import { SAMPLE_SOURCE } from "../lab/images/images.ts";
import { NODE_PLATFORM } from "../lab/layout.ts";
import type { Progress } from "../lab/progress.ts";
import { attempt, type Ending } from "./attempt.ts";
import type { Bench } from "./bench.ts";
import { type Forge, forge } from "./forge.ts";
import { GuardedStack } from "./guarded-stack.ts";
import { commitOf, type ImageName, versionOf } from "./images.ts";
import { type Attempt, FAILURES, type Failure, type Layer, LAYERS, type Run } from "./result.ts";
import type { Ran } from "./run.ts";
import { DOMAIN } from "./site-objects.ts";

export interface AllLayersArgs {
  readonly failures: readonly Failure[];
  /** Ends with the right image, pinned. */
  readonly deploysRight: boolean;
  readonly progress: Progress;
}

/** The same builds through `wyrm deploy`. */
export async function allLayers(bench: Bench, args: AllLayersArgs): Promise<Run> {
  const { timeline, requests, repository, lab, signal } = bench;
  const { failures, deploysRight, progress } = args;
  const hosted = await forge(commitOf("old"));
  const stack = new GuardedStack({
    name: `${bench.site.namespace}-all`,
    lab,
    images: bench.images,
    guardrails: guardrails(bench, hosted),
    signal,
  });
  try {
    timeline.say("All layers: BookWyrm as this project deploys it");
    const old = await repository.pushPinned("old", tagOf("old"));
    await stack.create(old.reference);
    const deployed = await progress.step("deploy with wyrm", () => stack.deploy());
    if (deployed.exitCode !== 0) throw new Error(`wyrm deploy failed:\n${deployed.output}`);
    timeline.say(`deployed and verified: ${old.reference}`);
    requests.start(await stack.target(DOMAIN));
    const attempts: Attempt[] = [];
    for (const failure of failures) {
      const candidate = await candidateOf(bench, hosted, failure);
      attempts.push(await deploy(bench, stack, { failure, ...candidate }));
    }
    if (deploysRight) {
      const right = await repository.pushPinned("cached-image", tagOf("cached-image"));
      attempts.push(await deploy(bench, stack, { failure: "cached-image", ...right }));
    }
    await requests.stop();
    return { name: "all layers", layers: Object.keys(LAYERS) as Layer[], attempts };
  } finally {
    hosted.close();
    await stack.remove();
  }
}

const guardrails = ({ lab }: Bench, { guardrail }: Forge): object => ({
  image: {
    source: SAMPLE_SOURCE,
    caFile: lab.registry.caFile,
    platforms: [NODE_PLATFORM],
  },
  forge: guardrail,
});

const SHORT_COMMIT = 12;

/** As our own build names an image; the team's fix is one commit, however often it is built. */
const tagOf = (image: ImageName): string => {
  const commit = commitOf(image === "fix-not-pushed" ? "cached-image" : image);
  return `release-${versionOf(image)}-${commit.slice(0, SHORT_COMMIT)}`;
};

interface Pinned {
  readonly reference: string;
  /** Of the tag in the registry. */
  readonly intendedDigest: string;
}

/** What is pushed, and what is pinned, when the team deploys. */
async function candidateOf(
  { repository }: Bench,
  hosted: Forge,
  failure: Failure,
): Promise<Pinned> {
  if (failure === "image-without-code") hosted.push(commitOf(failure));
  if (failure !== "cached-image") return repository.pushPinned(failure, tagOf(failure));
  // Pinned is still the build before: the right one came under its tag.
  const before = await repository.pushPinned("fix-not-pushed", tagOf("fix-not-pushed"));
  hosted.push(commitOf(failure));
  const { intendedDigest } = await repository.pushPinned(failure, tagOf(failure));
  return { ...before, intendedDigest };
}

async function deploy(
  { timeline, requests }: Bench,
  stack: GuardedStack,
  { failure, reference, intendedDigest }: Pinned & { readonly failure: Failure },
): Promise<Attempt> {
  stack.pin(reference);
  const made = await attempt({
    timeline,
    requests,
    failure,
    intendedDigest,
    deploy: async () => ({ ...endingOf(await stack.deploy()), stoppedAt: timeline.now() }),
    runningDigests: () => stack.runningDigests(),
  });
  const { outcome, stoppedBy, requestsFailed, startedAt, endedAt } = made;
  const by = stoppedBy === undefined ? "" : ` by ${stoppedBy}`;
  timeline.say(
    `${FAILURES[failure]}: ${outcome}${by} after ${(endedAt - startedAt).toFixed(1)} s, ${requestsFailed.toString()} requests failed`,
  );
  return made;
}

/** Reads what `wyrm deploy --json` printed. */
function endingOf({ exitCode, output }: Ran): Ending {
  const line = output.split("\n").find((line) => line.startsWith("{"));
  if (line === undefined) return { outcome: "broken", evidence: output.slice(-500) };
  const { end, guards } = JSON.parse(line) as {
    readonly end: string;
    readonly guards: readonly CheckResult[];
  };
  if (exitCode === 0) return { outcome: "deployed", evidence: `wyrm deploy: ${end}` };
  const problems = guards.filter(isBlocking);
  const said = problems.map(({ id, summary }) => ` ${id}: ${summary}`).join("");
  return {
    outcome: "stopped",
    stoppedBy: problems.length > 0 ? problems.map(({ id }) => id).join(", ") : end,
    evidence: `wyrm deploy: ${end}.${said}`,
  };
}
