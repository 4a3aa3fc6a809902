import { finding } from "../fields.ts";
import { type Container, containersOf, readContainer } from "../pods.ts";
import { handlersOf } from "../probes.ts";
import { itemsOf, type Value } from "../read.ts";
import { podRule } from "../rule.ts";

export const probePortsExist = podRule(
  {
    name: "probe-ports-exist",
    description: "Probes and hooks ask a port that their container declares.",
    severity: "high",
    why: "a probe of a port that nobody listens on never succeeds: the rollout hangs until its deadline, and liveness kills a healthy process.",
    failures: [6],
    examples: {
      good: `ports:
  - name: http
    containerPort: 8000
readinessProbe:
  httpGet:
    path: /robots.txt
    port: http`,
      bad: `ports:
  - name: http
    containerPort: 8000
readinessProbe:
  httpGet:
    path: /robots.txt
    port: web`,
    },
  },
  (pod) =>
    containersOf(pod).flatMap((container) => {
      const ports = portsOf(container);
      // A Patch may leave the ports to what it patches.
      const isElsewhere = pod.isPatch && readContainer(container, "ports").state === "absent";
      if (ports === undefined || isElsewhere) return [];
      return handlersOf(container).flatMap(({ path, read }) =>
        ["httpGet", "tcpSocket", "grpc"].flatMap((handler) => {
          const port = read(handler, "port");
          // Which port it is may be known later.
          if (port.state !== "known" || ports.includes(port.value)) return [];
          return finding(
            `${path}.${handler}.port`,
            { problem: `is ${JSON.stringify(port.value)}, which is none of the container's ports` },
            "write the name or the containerPort of one of its ports",
          );
        }),
      );
    }),
);

/** Names and numbers of a container's ports; undefined where they are not all known. */
function portsOf(container: Container): readonly unknown[] | undefined {
  const values = itemsOf(readContainer(container, "ports")).flatMap((port): Value[] => [
    port("name"),
    port("containerPort"),
  ]);
  if (values.some(({ state }) => state === "unknown")) return undefined;
  return values.flatMap((value) => (value.state === "known" ? [value.value] : []));
}
