import { faultIfSet, finding } from "../fields.ts";
import { objectsOf } from "../objects.ts";
import {
  containersOf,
  type Pod,
  pathIn,
  podsOf,
  readContainer,
  readPod,
  type Resource,
} from "../pods.ts";
import { itemsOf } from "../read.ts";
import type { Finding, ResourceRule } from "../rule.ts";
import { rightIfSet } from "../security.ts";

const HOST_NAMESPACES = ["hostNetwork", "hostPID", "hostIPC"];

/** What of a PersistentVolume is a directory or a disk of a node. */
const HOST_VOLUMES = ["hostPath", "local"];

export const noHostAccess: ResourceRule = {
  name: "no-host-access",
  description:
    "No pod uses the namespaces, files, ports or devices of its node, not through a claim either.",
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
  judge: (resource) => [...podsOf(resource).flatMap(judgePod), ...hostVolumesOf(resource)],
};

/** A claim for such a volume shows nothing of it. */
const hostVolumesOf = (resource: Resource): Finding[] =>
  objectsOf(resource, "PersistentVolume").flatMap(({ read, at }) =>
    HOST_VOLUMES.flatMap((field) =>
      finding(
        at(`spec.${field}`),
        faultIfSet(read("spec", field), () => false),
        "let a storage class make the volume",
      ),
    ),
  );

const judgePod = (pod: Pod): Finding[] => [
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
];
