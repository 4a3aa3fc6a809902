import { LABEL, PART_OF } from "../../model/labels.ts";
import { faultIfSet, finding } from "../fields.ts";
import { type KubernetesObject, objectsOf } from "../objects.ts";
import { itemsOf } from "../read.ts";
import type { ResourceRule } from "../rule.ts";

const FIX = "leave it out: an Ingress in front of web has TLS, and blocks what is not for everyone";

/** Of BookWyrm by its own label, or by the pods that it selects. */
const isBookWyrm = ({ read }: KubernetesObject): boolean =>
  [read("metadata", "labels", LABEL.partOf), read("spec", "selector", LABEL.partOf)].some(
    (label) => label.state === "known" && label.value === PART_OF,
  );

export const servicesAreInternal: ResourceRule = {
  name: "services-are-internal",
  description: "No Service of BookWyrm can be reached from outside the cluster by itself.",
  severity: "critical",
  why: "flower, the databases and the setup page would be open to everyone, without TLS.",
  failures: [34],
  examples: {
    good: `kind: Service
spec:
  type: ClusterIP`,
    bad: `kind: Service
spec:
  type: LoadBalancer`,
  },
  judge: (resource) =>
    objectsOf(resource, "Service")
      .filter(isBookWyrm)
      .flatMap(({ read, at }) => [
        ...finding(
          at("spec.type"),
          faultIfSet(read("spec", "type"), (type) => type === "ClusterIP"),
          FIX,
        ),
        ...itemsOf(read("spec", "externalIPs")).flatMap((address, index) =>
          finding(
            at(`spec.externalIPs[${index.toString()}]`),
            faultIfSet(address(), () => false),
            FIX,
          ),
        ),
      ]),
};
