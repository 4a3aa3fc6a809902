import { finding, requiredIn } from "../fields.ts";
import { objectsOf } from "../objects.ts";
import type { ResourceRule } from "../rule.ts";

const ENFORCE = "pod-security.kubernetes.io/enforce";
const VERSION = "pod-security.kubernetes.io/enforce-version";

export const namespaceIsRestricted: ResourceRule = {
  name: "namespace-is-restricted",
  description: "Every namespace enforces the Pod Security Standard `restricted`.",
  severity: "high",
  why: "the pack judges what this program makes; only the cluster can refuse what others put beside it.",
  failures: [43],
  examples: {
    good: `metadata:
  labels:
    pod-security.kubernetes.io/enforce: restricted
    pod-security.kubernetes.io/enforce-version: latest`,
    bad: `metadata:
  labels:
    pod-security.kubernetes.io/warn: restricted`,
  },
  judge: (resource) =>
    objectsOf(resource, "Namespace").flatMap((namespace) => {
      const { read, at } = namespace;
      const fault = requiredIn(namespace);
      return [
        ...finding(
          at(`metadata.labels["${ENFORCE}"]`),
          fault(read("metadata", "labels", ENFORCE), (level) => level === "restricted"),
          "set it to restricted",
        ),
        // Where it is not set the cluster's own default counts, and that may be an old version.
        ...finding(
          at(`metadata.labels["${VERSION}"]`),
          fault(read("metadata", "labels", VERSION), isVersion),
          "set it to latest, or to the cluster's own version, for example v1.34",
        ),
      ];
    }),
};

const isVersion = (version: unknown): boolean =>
  typeof version === "string" && /^(?:latest|v1\.\d+)$/.test(version);
