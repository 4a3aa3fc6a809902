import { bookWyrmContainersOf } from "../bookwyrm.ts";
import { workerArguments } from "../commands.ts";
import { finding } from "../fields.ts";
import { podRule } from "../rule.ts";

/** Also among other switches of one letter: celery's worker has -D, -E and -B (celery/bin/worker.py, 5.6). */
const EMBEDDED_BEAT = /^(?:--beat|-[DE]*B.*)$/;

export const workerWithoutBeat = podRule(
  {
    name: "worker-without-beat",
    description: "No celery worker of BookWyrm runs a scheduler of its own.",
    severity: "high",
    why: "every such worker is one more scheduler beside beat, and each of them sends every task.",
    failures: [33],
    examples: {
      good: "command: [celery, --app=celerywyrm, worker, --queues=email]",
      bad: "command: [celery, --app=celerywyrm, worker, --queues=email, --beat]",
    },
  },
  (pod) =>
    bookWyrmContainersOf(pod).flatMap((container) =>
      (workerArguments(container) ?? [])
        .filter((word) => EMBEDDED_BEAT.test(word))
        .flatMap((word) =>
          finding(
            `${container.path}.command`,
            { problem: `holds ${word}` },
            "leave it out: the Deployment of beat is the scheduler",
          ),
        ),
    ),
);
