import { containersOf, isLongRunning, readContainer } from "../pods.ts";
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
  httpGet: { path: /nodeinfo/2.0, port: 8000 }
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
        Object.entries(PROBES)
          .filter(([probe]) => !pod.isPatch && readContainer(container, probe).state === "absent")
          .map(([probe, consequence]) => ({
            path: `${container.path}.${probe}`,
            problem: `is not set: ${consequence}`,
            fix: `set ${probe} to what this process can answer: httpGet, exec, tcpSocket or grpc`,
          })),
      ),
);
