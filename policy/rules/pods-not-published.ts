import { LABEL } from "../../model/labels.ts";
import { isPartOfBookWyrm } from "../bookwyrm.ts";
import { readPod } from "../pods.ts";
import type { StackFinding, StackRule } from "../rule.ts";
import { selects, type Selection } from "../selectors.ts";
import { isBookWyrmService, openingsOf, selectorOf } from "../services.ts";
import { beside, stackObjectsOf, type Workload, workloadsOf } from "../workloads.ts";

/** Services that BookWyrm's own label names are for `services-are-internal`, before they are created. */
export const podsNotPublished: StackRule = {
  name: "pods-not-published",
  description: "No Service that opens a port to the outside selects a pod of BookWyrm.",
  severity: "critical",
  why: "flower, the databases and the setup page would be open to everyone, without TLS, whatever the Service is called.",
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
    const podsBeside = beside(workloadsOf(resources).filter(isOfBookWyrm));
    return stackObjectsOf(resources, "Service")
      .filter((service) => !isBookWyrmService(service))
      .flatMap((service): StackFinding[] => {
        const openings = openingsOf(service);
        if (openings.length === 0) return [];
        const selector = selectorOf(service);
        const candidates = podsBeside(service);
        const those = (selection: Selection): Workload | undefined =>
          candidates.find(({ pod }) => selects(selector, pod) === selection);
        const [selected, mayBeSelected] = [those("yes"), those("unknown")];
        const pods = selected ?? mayBeSelected;
        if (pods === undefined) return [];
        const selection = selected === undefined ? "may select" : "selects";
        return openings.map((opening) => ({
          urn: service.resource.urn,
          ...opening,
          problem: `${opening.problem}, and it ${selection} the pods of ${pods.resource.name}`,
          ...(selected === undefined && { isUnknown: true as const }),
        }));
      });
  },
};

/** The databases as well, which run another image. */
const isOfBookWyrm = ({ pod }: Workload): boolean =>
  isPartOfBookWyrm(readPod(pod, "metadata", "labels", LABEL.partOf));
