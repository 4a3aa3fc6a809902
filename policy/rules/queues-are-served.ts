import { QUEUES } from "../../model/queues.ts";
import { bookWyrmContainersOf } from "../bookwyrm.ts";
import { optionOf, workerArguments, wordsOf } from "../commands.ts";
import type { StackFinding, StackRule } from "../rule.ts";
import { type BookWyrmWorkload, instancesOf, replicasOf } from "../workloads.ts";

export const queuesAreServed: StackRule = {
  name: "queues-are-served",
  description: "The workers of one BookWyrm together serve all of its queues.",
  severity: "high",
  why: "tasks for a queue that no worker serves pile up without a word (bookwyrm-social/bookwyrm#3168).",
  failures: [],
  examples: {
    good: `# all queues in one worker, or shared out among several
command: [celery, --app=celerywyrm, worker, "--queues=${QUEUES.join(",")}"]`,
    bad: `# the only worker
command: [celery, --app=celerywyrm, worker, "--queues=email,inbox"]`,
  },
  judgeStack: (resources) =>
    instancesOf(resources).flatMap((workloads): StackFinding[] => {
      // What serves people sends tasks. Jobs alone are no BookWyrm that runs.
      const running = workloads.filter(({ pod }) => !pod.isJob);
      const workers = running.filter(({ component }) => component === "worker");
      const [culprit = running[0]] = workers;
      const served = workers.flatMap(queuesOf);
      const missing = QUEUES.filter((queue) => !served.includes(queue));
      if (culprit === undefined || missing.length === 0) return [];
      const isUnknown = workers.some(isNotKnown);
      return [
        {
          urn: culprit.resource.urn,
          path: "--queues",
          problem: `${isUnknown ? "may leave out" : "of all workers leave out"} ${missing.join(", ")}`,
          fix: `add ${missing.join(",")} to the queues of a worker`,
          ...(isUnknown && { isUnknown: true as const }),
        },
      ];
    }),
};

/** A worker that is scaled to nothing serves nothing. */
const queuesOf = (worker: BookWyrmWorkload): string[] =>
  replicasOf(worker) === 0
    ? []
    : bookWyrmContainersOf(worker.pod).flatMap((container) => {
        const words = workerArguments(container);
        return words === undefined ? [] : (optionOf(words, "--queues", "-Q")?.split(",") ?? []);
      });

const isNotKnown = ({ pod }: BookWyrmWorkload): boolean =>
  bookWyrmContainersOf(pod).some((container) => wordsOf(container) === undefined);
