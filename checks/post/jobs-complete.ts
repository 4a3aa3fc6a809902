import type { Check } from "../check.ts";
import type { Job } from "../cluster/objects.ts";
import type { Reading } from "../cluster/reading.ts";
import { newestOf, objectsOf, trueCondition } from "../cluster/workloads.ts";
import { count, fail, type Finding, outcomeOf } from "../findings.ts";
import type { Expected, ExpectedWorkload } from "./expected.ts";

export interface JobsCompleteArgs {
  readonly reading: Reading;
  readonly expected: Expected;
}

/** Smoke test and migration have succeeded, and with this very image. */
export const jobsCompleteCheck = ({ reading, expected }: JobsCompleteArgs): Check => ({
  id: "jobs-complete",
  run: async () => {
    const jobs = await reading.list("jobs");
    const workloads = expected.workloads.filter(({ kind }) => kind === "Job");
    const findings = workloads.flatMap((workload) => judge(workload, jobs));
    if (workloads.length === 0) findings.push(fail("the stack expects no Job at all"));
    return outcomeOf(findings, {
      passed: `Complete with the pinned image: ${count(workloads.length, "Job")}.`,
      remedy:
        "Run pulumi up: it makes a failed or missing Job anew, before any workload is touched.",
    });
  },
});

function judge(workload: ExpectedWorkload, jobs: readonly Job[]): Finding[] {
  const { name, image } = workload;
  const all = objectsOf(workload, jobs);
  const newest = newestOf(
    all.filter((job) => imagesOf(job).every((found) => found === image.reference)),
  );
  if (newest === undefined) {
    const others = [...new Set(all.flatMap(imagesOf))];
    const ran = others.length === 0 ? "there is none" : `it ran with ${others.join(", ")}`;
    return [fail(`${name}: no Job ran with the pinned image; ${ran}`)];
  }
  const failed = trueCondition(newest, "Failed");
  if (failed !== undefined) {
    return [fail(`${newest.metadata.name} failed: ${failed.message ?? "no reason given"}`)];
  }
  return trueCondition(newest, "Complete") === undefined
    ? [fail(`${newest.metadata.name} has not ended yet`)]
    : [];
}

const imagesOf = ({ spec }: Job): string[] => {
  const { initContainers = [], containers } = spec.template.spec;
  return [...initContainers, ...containers].map(({ image }) => image);
};
