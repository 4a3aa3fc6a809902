import { setTimeout as sleep } from "node:timers/promises";
import { admissionBindingSpec, admissionPolicySpec } from "../../components/admission.ts";
import { admissionPolicyName } from "../../model/admission.ts";
import { homeOf } from "../../model/image-home.ts";
import { lastLine } from "../run.ts";
import type { Bench } from "../bench.ts";
import type { Layer } from "./layer.ts";

const KINDS = ["validatingadmissionpolicybinding", "validatingadmissionpolicy"];
const POLL_MS = 250;

/** Whoever asks, the API server takes no pod whose image has no digest. */
export const admission: Layer = {
  name: "admission",
  setUp: async (bench) => {
    const { site, repository } = bench;
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
    await until(bench, (isTaken) => !isTaken);
  },
  tries: async ({ bench: { site, repository } }) => {
    const { exitCode, output } = await site.deploy(repository.moving);
    return exitCode === 0
      ? undefined
      : { outcome: "stopped", by: "the API server", evidence: lastLine(output) };
  },
  tearDown: async (bench) => {
    const { site } = bench;
    for (const kind of KINDS) {
      await site.must(["delete", kind, admissionPolicyName(site.namespace)]);
    }
    await until(bench, (isTaken) => isTaken);
  },
};

/** An API server learns of a policy, and of its end, within seconds. */
async function until(
  { site, signal }: Bench,
  isSo: (isPlainTagTaken: boolean) => boolean,
): Promise<void> {
  const probe = ["run", "probe", "--image=probe:1", "--dry-run=server"];
  while (!isSo((await site.kubectl(probe)).exitCode === 0)) {
    await sleep(POLL_MS, undefined, { signal });
  }
}
