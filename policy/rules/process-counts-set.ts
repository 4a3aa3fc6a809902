import { bookWyrmContainersOf } from "../bookwyrm.ts";
import { gunicornArguments, optionOf, workerArguments } from "../commands.ts";
import { finding } from "../fields.ts";
import { type Finding, podRule } from "../rule.ts";

export const processCountsSet = podRule(
  {
    name: "process-counts-set",
    description:
      "gunicorn and celery workers of BookWyrm say how many processes or threads they run.",
    severity: "high",
    why: "without it they count the CPUs of the node, not those of the pod: 33 processes on a node with 16, and as many connections to the database.",
    failures: [48],
    examples: {
      good: 'command: [gunicorn, "bookwyrm.wsgi:application", --workers=2]',
      bad: 'command: [gunicorn, "bookwyrm.wsgi:application"]',
    },
  },
  (pod) =>
    bookWyrmContainersOf(pod).flatMap((container) => {
      const judge = (
        words: readonly string[] | undefined,
        long: string,
        short: string,
      ): Finding[] => {
        if (words === undefined) return [];
        const count = optionOf(words, long, short);
        if (count !== undefined && /^[1-9]\d*$/.test(count)) return [];
        const problem = count === undefined ? `has no ${long}` : `has ${long} "${count}"`;
        return finding(`${container.path}.command`, { problem }, `add ${long}=<number>`);
      };
      return [
        ...judge(gunicornArguments(container), "--workers", "-w"),
        ...judge(workerArguments(container), "--concurrency", "-c"),
      ];
    }),
);
