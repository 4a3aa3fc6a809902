import { faultIfSet, finding } from "../fields.ts";
import { podsOf } from "../pods.ts";
import { read } from "../read.ts";
import type { ResourceRule } from "../rule.ts";

const ANNOTATION = "pulumi.com/skipAwait";

/** A workload's own annotations; a resource without pods may skip what it likes. */
export const awaitNotSkipped: ResourceRule = {
  name: "await-not-skipped",
  description: "Pulumi waits for every workload to become ready.",
  severity: "high",
  why: "an update that does not wait reports success while the new pods crash.",
  failures: [42],
  examples: {
    good: `metadata:
  annotations:
    example.org/team: social`,
    bad: `metadata:
  annotations:
    pulumi.com/skipAwait: "true"`,
  },
  judge: (resource) => {
    if (podsOf(resource).length === 0) return [];
    return finding(
      `metadata.annotations["${ANNOTATION}"]`,
      faultIfSet(
        read(resource.props, "metadata", "annotations", ANNOTATION),
        (value) => value !== "true",
      ),
      "leave the annotation out",
    );
  },
};
