import { ancestorsOf } from "../graph.ts";
import type { StackFinding, StackResource, StackRule } from "../rule.ts";
import { type BookWyrmWorkload, instancesOf } from "../workloads.ts";

/** Pulumi waits for a Job to complete before it makes what depends on it, and stops where the Job fails. */
export const migrationComesFirst: StackRule = {
  name: "migration-comes-first",
  description:
    "Everything of BookWyrm waits for its migration Job, and that waits for its smoke test Job.",
  severity: "critical",
  why: "without the Jobs an image without code replaces the pods that serve, and new code meets the old schema.",
  failures: [1, 11, 12, 22, 32],
  examples: {
    good: `# new Deployment("web", …, { dependsOn: [migration] })`,
    bad: `# new Deployment("web", …)`,
  },
  judgeStack: (resources) =>
    instancesOf(resources).flatMap((workloads) => {
      const jobs = (component: "smoke" | "migration"): string[] =>
        workloads
          .filter(
            ({ component: found, pod }) =>
              found === component && pod.kind === "Job" && !pod.isPatch,
          )
          .map(({ resource }) => resource.urn);
      const [smoke, migration] = [jobs("smoke"), jobs("migration")];
      return workloads.flatMap((workload) => {
        const waits = waitsFor(workload, resources);
        if (workload.component === "smoke") return [];
        if (workload.component === "migration") return waits("smoke test", smoke);
        return [...waits("migration", migration), ...waits("smoke test", smoke)];
      });
    }),
};

function waitsFor({ resource }: BookWyrmWorkload, resources: readonly StackResource[]) {
  const ancestors = ancestorsOf(resource, resources);
  return (what: string, jobs: readonly string[]): StackFinding[] => {
    if (jobs.length > 0 && jobs.every((job) => ancestors.has(job))) return [];
    const problem =
      jobs.length === 0
        ? `holds no ${what} Job: there is none`
        : `holds no ${what} Job, nor does what is in it`;
    const fix = `add the ${what} Job to dependsOn`;
    return [{ urn: resource.urn, path: "dependsOn", problem, fix }];
  };
}
