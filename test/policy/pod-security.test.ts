import assert from "node:assert/strict";
import { test } from "node:test";
import { RULES } from "../../policy/rules/index.ts";
import { everyWorkload, problems } from "../support/policy.ts";
import { POD_SECURITY } from "../support/pod-security.ts";

/** The rules that together are Pod Security `restricted`. */
const NAMES = [
  "capabilities-dropped",
  "no-host-access",
  "privilege-escalation-off",
  "probes-ask-own-pod",
  "proc-mount-default",
  "runs-as-non-root",
  "seccomp-profile-set",
  "security-modules-on",
  "sysctls-safe",
  "volume-types-allowed",
];
const rules = RULES.filter((rule) => "judge" in rule).filter(({ name }) => NAMES.includes(name));

for (const { name, isAllowed, pod } of POD_SECURITY) {
  test(`${isAllowed ? "passes" : "refuses"} ${name}, as Pod Security does`, () => {
    const found = rules.flatMap((rule) => problems(rule, "core/v1:Pod", pod));
    assert.equal(found.length === 0, isAllowed, found.join("\n"));
  });
}

const BAD = { securityContext: { privileged: true, runAsUser: 0, procMount: "Unmasked" } };

for (const list of ["initContainers", "containers", "ephemeralContainers"]) {
  for (const [type, props, path] of everyWorkload({
    containers: [],
    [list]: [{ name: "bad", ...BAD }],
  })) {
    test(`sees a bad one of the ${list} of ${type}`, () => {
      const found = rules.flatMap((rule) => problems(rule, type, props));
      for (const field of ["privileged", "runAsUser", "procMount"]) {
        const start = `${path}.${list}[bad].securityContext.${field} `;
        assert.equal(found.filter((text) => text.startsWith(start)).length, 1, field);
      }
    });
  }
}
