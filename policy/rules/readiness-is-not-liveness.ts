import { finding } from "../fields.ts";
import { containersOf, isLongRunning, readContainer } from "../pods.ts";
import type { Value } from "../read.ts";
import { podRule } from "../rule.ts";
import { hasUnknown } from "../snapshot.ts";

/**
 * What makes two probes ask the same, with what Kubernetes takes where it is not set. A connection alone is
 * no question: a process that takes none may well be restarted.
 */
const QUESTIONS: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  httpGet: { path: "/", port: null },
  exec: { command: null },
  grpc: { port: null, service: "" },
};

export const readinessIsNotLiveness = podRule(
  {
    name: "readiness-is-not-liveness",
    description: "A liveness probe asks something else than the readiness probe.",
    severity: "high",
    why: "every page of BookWyrm needs its database: when that is away, such a probe restarts all pods instead of taking them out of service.",
    failures: [7],
    examples: {
      good: `readinessProbe:
  httpGet: { path: /robots.txt, port: 8000 }
livenessProbe:
  tcpSocket: { port: 8000 }`,
      bad: `readinessProbe:
  httpGet: { path: /robots.txt, port: 8000 }
livenessProbe:
  httpGet: { path: /robots.txt, port: 8000 }`,
    },
  },
  (pod) =>
    containersOf(pod)
      .filter((container) => isLongRunning(pod, container))
      .flatMap((container) =>
        Object.entries(QUESTIONS).flatMap(([handler, fields]) => {
          const asks = (probe: string): string | undefined =>
            question((...path) => readContainer(container, probe, handler, ...path), fields);
          const readiness = asks("readinessProbe");
          const isSame = readiness !== undefined && readiness === asks("livenessProbe");
          return finding(
            `${container.path}.livenessProbe.${handler}`,
            isSame ? { problem: "is the same as that of readinessProbe" } : undefined,
            "let liveness ask the process alone, and never what it depends on: tcpSocket, or another command",
          );
        }),
      ),
);

/** What a probe asks, in one text; undefined where it asks in another way, or that is not known. */
function question(
  read: (...path: readonly string[]) => Value,
  fields: Readonly<Record<string, unknown>>,
): string | undefined {
  if (read().state !== "known") return undefined;
  const values = Object.entries(fields).map(([field, unset]) => {
    const value = read(field);
    return value.state === "absent" ? { state: "known", value: unset } : value;
  });
  const isKnown = values.every((value) => value.state === "known" && !hasUnknown(value));
  return isKnown ? JSON.stringify(values) : undefined;
}
