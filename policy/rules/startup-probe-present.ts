import { bookWyrmContainersOf } from "../bookwyrm.ts";
import { faultOf, finding } from "../fields.ts";
import { isLongRunning, readContainer } from "../pods.ts";
import { podRule } from "../rule.ts";

export const startupProbePresent = podRule(
  {
    name: "startup-probe-present",
    description: "Every BookWyrm container that keeps running has a startup probe.",
    severity: "high",
    why: "BookWyrm takes seconds to import its code, on a busy node much longer: without a startup probe the liveness probe restarts it before it has ever answered.",
    failures: [6, 7],
    examples: {
      good: `startupProbe:
  httpGet:
    path: /robots.txt
    port: http
  periodSeconds: 3
  failureThreshold: 60`,
      bad: `livenessProbe:
  tcpSocket:
    port: http
  initialDelaySeconds: 10`,
    },
  },
  (pod) =>
    bookWyrmContainersOf(pod)
      .filter((container) => isLongRunning(pod, container))
      .flatMap((container) => {
        const probe = readContainer(container, "startupProbe");
        // What it asks may be known later; that it is there must be known now.
        if (pod.isPatch || probe.state === "unknown") return [];
        return finding(
          `${container.path}.startupProbe`,
          faultOf(probe, (value) => typeof value === "object"),
          "set startupProbe to what readinessProbe asks, with a failureThreshold for the slowest start",
        );
      }),
);
