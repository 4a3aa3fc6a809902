import { faultIfSet, finding } from "../fields.ts";
import { pathIn, type Pod, readPod } from "../pods.ts";
import { type Finding, podRule } from "../rule.ts";
import { rightIfSet } from "../security.ts";

/** Pod Security v1.37, check_seLinuxOptions.go. */
const SELINUX_TYPES = [
  "",
  "container_t",
  "container_init_t",
  "container_kvm_t",
  "container_engine_t",
];
const APPARMOR_TYPES = ["RuntimeDefault", "Localhost"];
const APPARMOR_ANNOTATION = "container.apparmor.security.beta.kubernetes.io/";

const includes = (allowed: readonly string[]) => (value: unknown) =>
  allowed.includes(value as string);

export const securityModulesOn = podRule(
  {
    name: "security-modules-on",
    description:
      "No pod leaves the AppArmor or SELinux confinement that its node gives to containers.",
    severity: "high",
    why: "these hold where a container has broken out of its namespaces.",
    failures: [],
    examples: {
      good: `securityContext:
  appArmorProfile:
    type: RuntimeDefault`,
      bad: `securityContext:
  appArmorProfile:
    type: Unconfined
  seLinuxOptions:
    type: spc_t`,
    },
  },
  (pod) => [
    ...rightIfSet(pod, {
      field: "appArmorProfile.type",
      isRight: includes(APPARMOR_TYPES),
      fix: "leave appArmorProfile out, or set its type to RuntimeDefault",
    }),
    ...annotations(pod),
    ...rightIfSet(pod, {
      field: "seLinuxOptions.type",
      isRight: includes(SELINUX_TYPES),
      fix: "leave seLinuxOptions out",
    }),
    ...["seLinuxOptions.user", "seLinuxOptions.role"].flatMap((field) =>
      rightIfSet(pod, { field, isRight: includes([""]), fix: "leave seLinuxOptions out" }),
    ),
  ],
);

/** What AppArmor was set with before Kubernetes 1.30; it still counts. */
function annotations(pod: Pod): Finding[] {
  const path = pathIn(pod, "metadata.annotations");
  const all = readPod(pod, "metadata", "annotations");
  if (all.state !== "known" || typeof all.value !== "object" || all.value === null) return [];
  return Object.keys(all.value)
    .filter((key) => key.startsWith(APPARMOR_ANNOTATION))
    .flatMap((key) =>
      finding(
        `${path}["${key}"]`,
        faultIfSet(
          readPod(pod, "metadata", "annotations", key),
          (value) =>
            typeof value === "string" && /^(?:|runtime\/default|localhost\/.*)$/s.test(value),
        ),
        "leave the annotation out",
      ),
    );
}
