import { bookWyrmContainersOf, componentOf } from "../bookwyrm.ts";
import { runsBeat, workerArguments } from "../commands.ts";
import { finding } from "../fields.ts";
import type { Container } from "../pods.ts";
import { type Finding, podRule } from "../rule.ts";

/** Also among other switches of one letter: celery's worker has -D, -E and -B (celery/bin/worker.py, 5.6). */
const EMBEDDED_BEAT = /^(?:--beat|-[DE]*B.*)$/;

export const workerWithoutBeat = podRule(
  {
    name: "worker-without-beat",
    description: "Nothing in BookWyrm but beat runs a celery scheduler, not even inside a worker.",
    severity: "high",
    why: "every such container is one more scheduler beside beat, and each of them sends every task.",
    failures: [33],
    examples: {
      good: "command: [celery, --app=celerywyrm, worker, --queues=email]",
      bad: "command: [celery, --app=celerywyrm, worker, --queues=email, --beat]",
    },
  },
  (pod) =>
    bookWyrmContainersOf(pod).flatMap((container) => [
      ...embeddedIn(container),
      ...(componentOf(pod) === "beat" ? [] : besideBeat(container)),
    ]),
);

const embeddedIn = (container: Container): Finding[] =>
  (workerArguments(container) ?? [])
    .filter((word) => EMBEDDED_BEAT.test(word))
    .flatMap((word) =>
      finding(
        `${container.path}.command`,
        { problem: `holds ${word}` },
        "leave it out: the Deployment of beat is the scheduler",
      ),
    );

/** beat-exists-once counts labels, and would not see it. */
const besideBeat = (container: Container): Finding[] =>
  finding(
    `${container.path}.command`,
    runsBeat(container) ? { problem: "runs celery beat" } : undefined,
    "leave the scheduler to the Deployment of beat, whose pods are labelled so",
  );
