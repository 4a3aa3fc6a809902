import { faultIfSet, finding } from "../fields.ts";
import { containersOf, pathIn, readContainer, readPod } from "../pods.ts";
import { itemsOf } from "../read.ts";
import { type Finding, podRule } from "../rule.ts";

const HOST_NAMESPACES = ["hostNetwork", "hostPID", "hostIPC"];

export const noHostAccess = podRule(
  {
    name: "no-host-access",
    description: "No pod uses the namespaces, files, ports or devices of its node.",
    severity: "critical",
    why: "what breaks out of such a pod has the node, and every other pod on it.",
    failures: [],
    examples: {
      good: `volumes:
  - name: cache
    emptyDir: {}`,
      bad: `hostNetwork: true
volumes:
  - name: cache
    hostPath:
      path: /var/cache`,
    },
  },
  (pod) => [
    ...HOST_NAMESPACES.flatMap((field) =>
      finding(
        pathIn(pod, `spec.${field}`),
        faultIfSet(readPod(pod, "spec", field), (value) => value === false),
        `leave ${field} out`,
      ),
    ),
    ...itemsOf(readPod(pod, "spec", "volumes")).flatMap((volume, index) =>
      finding(
        pathIn(pod, `spec.volumes[${index.toString()}].hostPath`),
        faultIfSet(volume("hostPath"), () => false),
        "use a PersistentVolumeClaim or an emptyDir",
      ),
    ),
    ...containersOf(pod).flatMap((container): Finding[] => [
      ...finding(
        `${container.path}.securityContext.privileged`,
        faultIfSet(
          readContainer(container, "securityContext", "privileged"),
          (value) => value === false,
        ),
        "leave privileged out",
      ),
      ...itemsOf(readContainer(container, "ports")).flatMap((port, index) =>
        finding(
          `${container.path}.ports[${index.toString()}].hostPort`,
          faultIfSet(port("hostPort"), () => false),
          "leave hostPort out: a Service reaches the container",
        ),
      ),
    ]),
  ],
);
