import { setTimeout as sleep } from "node:timers/promises";
import { admissionBindingSpec, admissionPolicySpec } from "../../components/admission.ts";
import { admissionPolicyName } from "../../model/admission.ts";
import { homeOf } from "../../model/image-home.ts";
import { lastLine } from "../run.ts";
import type { Layer } from "./layer.ts";

const KINDS = ["validatingadmissionpolicybinding", "validatingadmissionpolicy"];
const POLL_MS = 250;

/** Whoever asks, the API server takes no pod whose image has no digest. */
export const admission: Layer = {
  name: "admission",
  setUp: async ({ site, repository, signal }) => {
    const name = admissionPolicyName(site.namespace);
    const group = { apiVersion: "admissionregistration.k8s.io/v1", metadata: { name } };
    await site.apply([
      {
        ...group,
        kind: "ValidatingAdmissionPolicy",
        spec: admissionPolicySpec([homeOf(repository)]),
      },
      {
        ...group,
        kind: "ValidatingAdmissionPolicyBinding",
        spec: admissionBindingSpec(name, site.namespace),
      },
    ]);
    // An API server takes it over within seconds.
    const probe = ["run", "probe", "--image=probe:1", "--dry-run=server"];
    while ((await site.kubectl(probe)).exitCode === 0) await sleep(POLL_MS, undefined, { signal });
  },
  tries: async ({ bench: { site, repository } }) => {
    const { exitCode, output } = await site.deploy(repository.moving);
    return exitCode === 0
      ? undefined
      : { outcome: "stopped", by: "the API server", evidence: lastLine(output) };
  },
  tearDown: async ({ site }) => {
    for (const kind of KINDS) {
      await site.must(["delete", kind, admissionPolicyName(site.namespace)]);
    }
  },
};
