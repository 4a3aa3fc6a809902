import { componentOf } from "../bookwyrm.ts";
import { faultIfSet, finding, requiredIn } from "../fields.ts";
import { type KubernetesObject, objectsOf } from "../objects.ts";
import { podIn } from "../pods.ts";
import type { Finding, ResourceRule } from "../rule.ts";

/** Where a Job's own specification stands. */
const SPECS: Readonly<Record<string, readonly string[]>> = {
  Job: ["spec"],
  CronJob: ["spec", "jobTemplate", "spec"],
};

const MOST_RETRIES = 1;

export const jobFailsFast: ResourceRule = {
  name: "job-fails-fast",
  description: "A Job of BookWyrm runs, and ends at its first error and in time.",
  severity: "high",
  why: "a migration that broke half way is not made better by six more tries, and a Job without a deadline holds the update, and its locks, for ever; one of no completions is complete without having run.",
  failures: [12],
  examples: {
    good: `spec:
  backoffLimit: 0
  activeDeadlineSeconds: 3660
  template:
    spec:
      restartPolicy: Never`,
    bad: `spec:
  template:
    spec:
      restartPolicy: OnFailure`,
  },
  judge: (resource) =>
    Object.entries(SPECS).flatMap(([kind, spec]) =>
      objectsOf(resource, kind).flatMap((job) => judge(job, spec)),
    ),
};

const isPositive = (value: unknown): boolean => Number.isInteger(value) && Number(value) > 0;

function judge(job: KubernetesObject, spec: readonly string[]): Finding[] {
  const pod = podIn(job, ...spec, "template");
  if (pod === undefined || componentOf(pod) === undefined) return [];
  const field = (
    path: readonly string[],
    isRight: (value: unknown) => boolean,
    fix: string,
  ): Finding[] =>
    finding(
      job.at([...spec, ...path].join(".")),
      requiredIn(job)(job.read(...spec, ...path), isRight),
      fix,
    );
  return [
    ...finding(
      job.at([...spec, "completions"].join(".")),
      faultIfSet(job.read(...spec, "completions"), isPositive),
      "leave completions out: a Job of none is complete without having run",
    ),
    ...field(
      ["backoffLimit"],
      (value) => Number.isInteger(value) && Number(value) <= MOST_RETRIES,
      `set backoffLimit to 0, or to ${MOST_RETRIES.toString()} at most`,
    ),
    ...field(
      ["activeDeadlineSeconds"],
      isPositive,
      "set activeDeadlineSeconds to what the slowest run may take",
    ),
    ...field(
      ["template", "spec", "restartPolicy"],
      (value) => value === "Never",
      "set restartPolicy: Never: each try then has a pod whose log can be read",
    ),
  ];
}
