import { faultIfSet, finding } from "../fields.ts";
import { containersOf } from "../pods.ts";
import { handlersOf } from "../probes.ts";
import { podRule } from "../rule.ts";

export const probesAskOwnPod = podRule(
  {
    name: "probes-ask-own-pod",
    description: "Probes and hooks of a container ask that container, not another host.",
    severity: "high",
    why: "the answer of another host says nothing about this container, and the kubelet would send requests wherever the pod's author likes.",
    failures: [6],
    examples: {
      good: `readinessProbe:
  httpGet:
    path: /robots.txt
    port: http`,
      bad: `readinessProbe:
  httpGet:
    host: books.example.org
    path: /robots.txt
    port: 443`,
    },
  },
  (pod) =>
    containersOf(pod).flatMap((container) =>
      handlersOf(container).flatMap(({ path, read }) =>
        ["httpGet", "tcpSocket"].flatMap((handler) =>
          finding(
            `${path}.${handler}.host`,
            faultIfSet(read(handler, "host"), (host) => host === ""),
            "leave host out; a name that the process must be asked by goes into httpHeaders as Host",
          ),
        ),
      ),
    ),
);
