import { BOOKWYRM_COMPONENTS } from "../../model/labels.ts";
import type { ReleaseImage } from "../../model/pinned-image.ts";
import type { Check } from "../check.ts";
import type { Cluster } from "../cluster/cluster.ts";
import type { Pod } from "../cluster/objects.ts";
import { takeReading } from "../cluster/reading.ts";
import { type Verification, verifications } from "../cluster/verification-record.ts";
import { isReady, readySince } from "../cluster/workloads.ts";
import { count, fail, type Finding, outcomeOf } from "../findings.ts";
import type { Expected } from "../post/expected.ts";
import { lookAtImages, type ResolveImage } from "../post/images-running.ts";
import { rolloutCompleteCheck } from "../post/rollout-complete.ts";
import { isWitness } from "../post/running-images.ts";

export interface StagingHealthyArgs {
  /** Staging's, not that of the stack that is deployed. */
  readonly cluster: Pick<Cluster, "list" | "configMap">;
  /** From staging's settings; BookWyrm's image in it is not looked at. */
  readonly expected: Expected;
  /** What is about to be deployed. */
  readonly candidate: ReleaseImage;
  /** How long staging must have run it. */
  readonly soakMinutes: number;
  readonly now: () => Date;
  readonly resolveImage?: ResolveImage;
}

const MS_PER_MINUTE = 60_000;

/**
 * Staging's live pods run the candidate, all ready for at least the soak time, and the last verification
 * there passed. A record of a deployment would not do: staging may run something else since.
 */
export const stagingHealthyCheck = (args: StagingHealthyArgs): Check => ({
  id: "staging-healthy",
  run: async (signal) => {
    const { cluster, candidate, soakMinutes, resolveImage } = args;
    const expected = onCandidate(args.expected, candidate);
    const reading = takeReading(cluster, signal);
    const [seen, rollout, history] = await Promise.all([
      lookAtImages({ reading, expected, ...(resolveImage && { resolveImage }) }, signal),
      rolloutCompleteCheck({ reading, expected }).run(signal),
      verifications(cluster, signal),
    ]);
    const pods = [...seen.pods.owned].flatMap(([{ kind }, made]) =>
      kind === "Job" ? [] : made.filter((pod) => isWitness(pod, kind)),
    );
    const findings: Finding[] = [
      ...seen.findings.map(({ verdict, text }) => ({ verdict, text: `on staging, ${text}` })),
      ...(rollout.verdict === "pass" ? [] : [fail(`on staging, ${rollout.summary}`)]),
      ...soakProblems(pods, soakMinutes, args.now()),
      ...historyProblems(history, candidate),
    ];
    return outcomeOf(findings, {
      passed: `Staging runs ${candidate.reference} in ${count(pods.length, "pod")}, ready for ${soakMinutes.toString()} minutes and verified.`,
      remedy:
        "Deploy this very reference to staging, run wyrm verify there, and wait until the soak time is over.",
    });
  },
});

const onCandidate = (expected: Expected, candidate: ReleaseImage): Expected => ({
  ...expected,
  version: candidate.version,
  workloads: expected.workloads.map((workload) =>
    (BOOKWYRM_COMPONENTS as readonly string[]).includes(workload.component)
      ? { ...workload, image: candidate }
      : workload,
  ),
});

/** The pod that became ready last says how long all of them have been. */
function soakProblems(pods: readonly Pod[], minutes: number, now: Date): Finding[] {
  if (pods.length === 0) return [fail("staging has no pod")];
  const unready = pods.filter((pod) => !isReady(pod));
  if (unready.length > 0) {
    return unready.map(({ metadata }) => fail(`staging's ${metadata.name} is not ready`));
  }
  const youngest = Math.max(...pods.map((pod) => readySince(pod) ?? now.getTime()));
  const age = Math.floor((now.getTime() - youngest) / MS_PER_MINUTE);
  return age >= minutes
    ? []
    : [
        fail(
          `staging has been ready for ${count(age, "minute")} only, the soak time is ${minutes.toString()}`,
        ),
      ];
}

function historyProblems([last]: readonly Verification[], { digest }: ReleaseImage): Finding[] {
  if (last === undefined) return [fail("staging was never verified")];
  if (!last.reference.endsWith(`@${digest}`)) {
    return [fail(`the last verification on staging was of ${last.reference}`)];
  }
  return last.verdict === "pass"
    ? []
    : [fail(`the last verification on staging, at ${last.at}, said ${last.verdict}`)];
}
