import type { Check } from "../check.ts";
import type { Cluster } from "../cluster/cluster.ts";
import { lastWords } from "../cluster/last-words.ts";
import type { Pod } from "../cluster/objects.ts";
import type { Reading } from "../cluster/reading.ts";
import { isReady, ownedPods } from "../cluster/workloads.ts";
import { count, fail, type Finding, outcomeOf, unknown } from "../findings.ts";
import type { Expected, ExpectedWorkload } from "./expected.ts";
import { isWitness } from "./running-images.ts";

export interface WorkersAnswerArgs {
  readonly cluster: Pick<Cluster, "execute" | "secret">;
  readonly reading: Reading;
  readonly expected: Expected;
}

/** Seconds that celery collects answers for: a busy worker takes more than the usual one. */
const COLLECT_SECONDS = 5;

/** Answering it is the ping; it costs half a second of CPU, once. */
const COMMAND = [
  "celery",
  "--app=celerywyrm",
  "inspect",
  "active_queues",
  "--json",
  `--timeout=${COLLECT_SECONDS.toString()}`,
];

/** What `celery inspect` ends with when nobody answers (celery 5.3 to 5.6, EX_UNAVAILABLE). */
const NOBODY = 69;

/** Every worker pod answers over the broker, and takes tasks from the queues that its stack gives it. */
export const workersAnswerCheck = ({ cluster, reading, expected }: WorkersAnswerArgs): Check => ({
  id: "workers-answer",
  run: async (signal) => {
    const remedy =
      "See the worker's log and whether the broker answers; a worker comes back by itself once it does.";
    const workers = expected.workloads.filter(({ component }) => component === "worker");
    const { owned } = await ownedPods(reading, workers);
    const asked = [...owned.values()].flat().find(isReady);
    if (asked === undefined) {
      return outcomeOf([fail("no worker pod is ready, so no task is worked on")], {
        passed: "",
        remedy,
      });
    }
    const { name } = asked.metadata;
    const executed = await cluster.execute({ pod: name, container: "worker" }, COMMAND, signal);
    const { exitCode, stdout } = executed;
    const answers = exitCode === 0 ? queuesByNode(stdout) : new Map<string, ReadonlySet<string>>();
    const queues = new Set(workers.flatMap((worker) => worker.queues));
    const texts = {
      passed: `${count(answers?.size ?? 0, "worker pod")} answered, and all ${count(queues.size, "queue")} are served.`,
      remedy,
    };
    if (answers === undefined || ![0, NOBODY].includes(exitCode)) {
      const said = await lastWords(executed, { pod: asked, cluster }, signal);
      const ended = `celery inspect in ${name} ended with ${exitCode.toString()}`;
      return outcomeOf([unknown(`${ended}: ${said}`)], texts);
    }
    return outcomeOf(
      [
        ...[...owned].flatMap(([worker, pods]) => silentPods(worker, pods, answers)),
        ...unservedQueues(queues, answers),
      ],
      texts,
    );
  },
});

function silentPods(
  { name, queues, kind }: ExpectedWorkload,
  pods: readonly Pod[],
  answers: ReadonlyMap<string, ReadonlySet<string>>,
): Finding[] {
  const running = pods.filter((pod) => isWitness(pod, kind));
  if (running.length === 0) return [fail(`${name} has no pod`)];
  return running.flatMap(({ metadata }) => {
    const served = answers.get(metadata.name);
    if (served === undefined) return [fail(`${metadata.name} does not answer`)];
    const lacking = queues.filter((queue) => !served.has(queue));
    return lacking.length === 0
      ? []
      : [fail(`${metadata.name} does not serve ${lacking.join(", ")}`)];
  });
}

function unservedQueues(
  queues: ReadonlySet<string>,
  answers: ReadonlyMap<string, ReadonlySet<string>>,
): Finding[] {
  const served = new Set([...answers.values()].flatMap((names) => [...names]));
  return [...queues]
    .filter((queue) => !served.has(queue))
    .map((queue) => fail(`nobody serves the queue ${queue}: its tasks pile up`));
}

/** By the pod's name, which is the host name in celery's `celery@<host name>`; undefined where it is no such answer. */
function queuesByNode(stdout: string): ReadonlyMap<string, ReadonlySet<string>> | undefined {
  const json = stdout.slice(Math.max(stdout.indexOf("{"), 0));
  try {
    const nodes = JSON.parse(json) as Readonly<Record<string, readonly { name: string }[]>>;
    return new Map(
      Object.entries(nodes).map(([node, queues]) => [
        node.slice(node.indexOf("@") + 1),
        new Set(queues.map(({ name }) => name)),
      ]),
    );
  } catch {
    return undefined;
  }
}
