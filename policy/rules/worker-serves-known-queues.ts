import { QUEUES } from "../../model/queues.ts";
import { bookWyrmContainersOf } from "../bookwyrm.ts";
import { optionOf, workerArguments } from "../commands.ts";
import { finding } from "../fields.ts";
import { podRule } from "../rule.ts";

export const workerServesKnownQueues = podRule(
  {
    name: "worker-serves-known-queues",
    description: "Every celery worker names the queues that it serves, all of them BookWyrm's.",
    severity: "high",
    why: "without --queues a worker serves one default queue alone; tasks of a queue that nobody serves, such as one with a typing error, pile up without a word (bookwyrm-social/bookwyrm#3168).",
    failures: [],
    examples: {
      good: 'command: [celery, --app=celerywyrm, worker, "--queues=email,inbox"]',
      bad: "command: [celery, --app=celerywyrm, worker, --queues=emails]",
    },
    configSchema: {
      properties: {
        otherQueues: {
          type: "array",
          items: { type: "string" },
          description:
            "Queues beside those that BookWyrm 0.9.2 sends to, for example celery, which django-celery-beat cleans up by",
        },
      },
    },
  },
  (pod, { otherQueues = [] }) => {
    const known: readonly string[] = [...QUEUES, ...(otherQueues as readonly string[])];
    return bookWyrmContainersOf(pod).flatMap((container) => {
      const words = workerArguments(container);
      if (words === undefined) return [];
      const queues = optionOf(words, "--queues", "-Q");
      const unknown = queues?.split(",").filter((queue) => !known.includes(queue));
      const problem =
        queues === undefined
          ? "has no --queues"
          : unknown
              ?.map((queue) => `serves "${queue}", to which BookWyrm sends nothing`)
              .join(", ");
      return finding(
        `${container.path}.command`,
        problem ? { problem } : undefined,
        `name some of ${known.join(",")} in --queues`,
      );
    });
  },
);
