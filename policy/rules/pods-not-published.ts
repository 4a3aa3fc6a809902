import type { Value } from "../read.ts";
import type { StackFinding, StackRule } from "../rule.ts";
import { selects } from "../selectors.ts";
import { isBookWyrmService, openingsOf } from "../services.ts";
import { beside, instancesOf, type StackObject, stackObjectsOf } from "../workloads.ts";

/** Services that BookWyrm's own label names are for `services-are-internal`, before they are created. */
export const podsNotPublished: StackRule = {
  name: "pods-not-published",
  description: "No Service that opens a port to the outside selects a pod of BookWyrm.",
  severity: "critical",
  why: "flower and the setup page would be open to everyone, without TLS, whatever the Service is called.",
  failures: [34],
  examples: {
    good: `kind: Service
spec:
  type: ClusterIP
  selector: { app.kubernetes.io/component: web }`,
    bad: `kind: Service
spec:
  type: NodePort
  selector: { app.kubernetes.io/component: web }`,
  },
  judgeStack: (resources) => {
    const podsBeside = beside(instancesOf(resources).flat());
    return stackObjectsOf(resources, "Service")
      .filter((service) => !isBookWyrmService(service) && openingsOf(service).length > 0)
      .flatMap((service): StackFinding[] => {
        const selector = selectorOf(service);
        const selected = podsBeside(service).find(({ pod }) => selects(selector, pod) === "yes");
        if (selected === undefined) return [];
        const whose = `, and it selects the pods of ${selected.resource.name}`;
        return openingsOf(service).map((opening) => ({
          urn: service.resource.urn,
          ...opening,
          problem: opening.problem + whose,
        }));
      });
  },
};

/** A Service has a map of labels; without one, or with an empty one, it selects nothing. */
function selectorOf({ read }: StackObject): Value {
  const labels = read("spec", "selector");
  if (labels.state !== "known") return labels;
  const isEmpty = Object.keys(labels.value as object).length === 0;
  return isEmpty ? { state: "absent" } : { state: "known", value: { matchLabels: labels.value } };
}
