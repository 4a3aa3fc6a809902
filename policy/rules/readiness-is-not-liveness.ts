import { containersOf, isLongRunning, readContainer } from "../pods.ts";
import { podRule } from "../rule.ts";

export const readinessIsNotLiveness = podRule(
  {
    name: "readiness-is-not-liveness",
    description: "A liveness probe over HTTP asks something else than the readiness probe.",
    severity: "high",
    why: "every page of BookWyrm needs its database: when that is away, such a probe restarts all pods instead of taking them out of service.",
    failures: [7],
    examples: {
      good: `readinessProbe:
  httpGet: { path: /nodeinfo/2.0, port: 8000 }
livenessProbe:
  tcpSocket: { port: 8000 }`,
      bad: `readinessProbe:
  httpGet: { path: /nodeinfo/2.0, port: 8000 }
livenessProbe:
  httpGet: { path: /nodeinfo/2.0, port: 8000 }`,
    },
  },
  (pod) =>
    containersOf(pod)
      .filter((container) => isLongRunning(pod, container))
      .flatMap((container) => {
        const isSame = (field: "path" | "port"): boolean => {
          const readiness = readContainer(container, "readinessProbe", "httpGet", field);
          const liveness = readContainer(container, "livenessProbe", "httpGet", field);
          return (
            readiness.state === "known" &&
            liveness.state === "known" &&
            readiness.value === liveness.value
          );
        };
        if (!isSame("path") || !isSame("port")) return [];
        return [
          {
            path: `${container.path}.livenessProbe.httpGet`,
            problem: "is the same as that of readinessProbe",
            fix: "let liveness ask the process alone: tcpSocket, or exec",
          },
        ];
      }),
);
