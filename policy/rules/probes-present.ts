import { finding } from "../fields.ts";
import { containersOf, isLongRunning, type Pod, readContainer } from "../pods.ts";
import { HANDLERS } from "../probes.ts";
import { read, type Value } from "../read.ts";
import { podRule } from "../rule.ts";

const PROBES = {
  readinessProbe: "without it a rollout goes on as soon as the process exists",
  livenessProbe: "without it a process that hangs is never restarted",
} as const;

export const probesPresent = podRule(
  {
    name: "probes-present",
    description: "Every container that keeps running has a readiness and a liveness probe.",
    severity: "high",
    why: "readiness alone holds back a rollout of a broken image; liveness alone restarts it for ever.",
    failures: [6, 7],
    examples: {
      good: `readinessProbe:
  httpGet: { path: /robots.txt, port: 8000 }
livenessProbe:
  tcpSocket: { port: 8000 }`,
      bad: `livenessProbe:
  tcpSocket: { port: 8000 }`,
    },
  },
  (pod) =>
    containersOf(pod)
      .filter((container) => isLongRunning(pod, container))
      .flatMap((container) =>
        Object.entries(PROBES).flatMap(([probe, consequence]) => {
          const problem = problemOf(pod, readContainer(container, probe));
          return finding(
            `${container.path}.${probe}`,
            problem === undefined ? undefined : { problem: `${problem}: ${consequence}` },
            `set ${probe} to what this process can answer: httpGet, exec, tcpSocket or grpc`,
          );
        }),
      ),
);

function problemOf(pod: Pod, probe: Value): string | undefined {
  if (probe.state === "absent") return pod.isPatch ? undefined : "is not set";
  // What it asks may be known later; that it is there must be known now.
  if (probe.state === "unknown") return undefined;
  const asks = HANDLERS.some((handler) => read(probe.value, handler).state !== "absent");
  return asks ? undefined : "asks nothing";
}
