import type { Rule } from "../rule.ts";
import { podsOf } from "../pods.ts";
import { read } from "../read.ts";

const ANNOTATION = "pulumi.com/skipAwait";

/** A workload's own annotations; a resource without pods may skip what it likes. */
export const awaitNotSkipped: Rule = {
  name: "await-not-skipped",
  description: "Pulumi waits for every workload to become ready.",
  severity: "high",
  why: "an update that does not wait reports success while the new pods crash.",
  judge: (resource) => {
    if (podsOf(resource).length === 0) return [];
    const skip = read(resource.props, "metadata", "annotations", ANNOTATION);
    if (skip.state === "absent" || (skip.state === "known" && skip.value !== "true")) return [];
    const problem = skip.state === "unknown" ? "is not known yet" : 'is "true"';
    return [
      { path: `metadata.annotations["${ANNOTATION}"]`, problem, fix: "leave the annotation out" },
    ];
  },
};
