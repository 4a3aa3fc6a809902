import { objectsOf } from "../objects.ts";
import type { ResourceRule } from "../rule.ts";
import { isBookWyrmService, openingsOf } from "../services.ts";

/** `pods-not-published` finds the Services that only the pods which they select show to be BookWyrm's. */
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
  judge: (resource) => objectsOf(resource, "Service").filter(isBookWyrmService).flatMap(openingsOf),
};
