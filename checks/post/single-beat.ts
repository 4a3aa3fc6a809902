import { LABEL } from "../../model/labels.ts";
import type { Check } from "../check.ts";
import type { Pod } from "../cluster/objects.ts";
import type { Reading } from "../cluster/reading.ts";
import { hasEnded } from "../cluster/workloads.ts";
import { fail, type Finding, outcomeOf } from "../findings.ts";

/** One scheduler runs in the namespace, whoever made it: two send every task twice, none sends none. */
export const singleBeatCheck = ({ reading }: { readonly reading: Reading }): Check => ({
  id: "single-beat",
  run: async () => {
    // A pod that is being deleted still sends until it has ended.
    const beats = (await reading.list("pods")).filter((pod) => !hasEnded(pod) && isBeat(pod));
    const names = beats.map(({ metadata }) => metadata.name).join(", ");
    return outcomeOf(problemsOf(beats, names), {
      passed: `One beat runs: ${names}.`,
      remedy:
        "Keep the Deployment that pulumi made, at one replica, and delete what runs a second beat; where none runs, rollout-complete says why.",
    });
  },
});

function problemsOf(beats: readonly Pod[], names: string): Finding[] {
  const none = "no beat runs, so no periodic task is sent";
  if (beats.length === 0) return [fail(none)];
  if (!beats.some(runs)) {
    return [fail(`${none}; what is there does not run: ${names}`)];
  }
  if (beats.length === 1) return [];
  const number = beats.length.toString();
  return [fail(`${number} beats run, so every periodic task is sent that often: ${names}`)];
}

const runs = ({ status = {} }: Pod): boolean =>
  status.containerStatuses?.some(({ state }) => state?.running !== undefined) === true;

/** What parts the words of a shell, or is taken away by it. */
const SHELL = /[\s;&|()<>"'`]+/;

/** By its label, or by a command, also a sidecar's: `celery … beat`, or a worker with `-B`. */
function isBeat({ metadata, spec }: Pod): boolean {
  if (metadata.labels?.[LABEL.component] === "beat") return true;
  const containers = [...(spec.initContainers ?? []), ...spec.containers];
  return containers.some(({ command = [], args = [] }) => {
    const words = [...command, ...args].flatMap((word) => word.split(SHELL));
    const runsCelery = words.some((word) => /(?:^|\/)celery$/.test(word));
    return runsCelery && words.some((word) => ["beat", "-B", "--beat"].includes(word));
  });
}
