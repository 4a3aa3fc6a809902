import { faultIfSet, finding } from "../fields.ts";
import { containersOf, pathIn, readContainer, readPod } from "../pods.ts";
import { itemsOf } from "../read.ts";
import { podRule } from "../rule.ts";
import { rightIfSet } from "../security.ts";

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
    ...rightIfSet(pod, {
      field: "windowsOptions.hostProcess",
      isRight: (value) => value === false,
      fix: "leave hostProcess out",
    }),
    ...rightIfSet(pod, {
      field: "privileged",
      isRight: (value) => value === false,
      fix: "leave privileged out",
    }),
    ...itemsOf(readPod(pod, "spec", "volumes")).flatMap((volume, index) =>
      finding(
        pathIn(pod, `spec.volumes[${index.toString()}].hostPath`),
        faultIfSet(volume("hostPath"), () => false),
        "use a PersistentVolumeClaim or an emptyDir",
      ),
    ),
    ...containersOf(pod).flatMap((container) =>
      itemsOf(readContainer(container, "ports")).flatMap((port, index) =>
        finding(
          `${container.path}.ports[${index.toString()}].hostPort`,
          faultIfSet(port("hostPort"), (value) => value === 0),
          "leave hostPort out: a Service reaches the container",
        ),
      ),
    ),
  ],
);
