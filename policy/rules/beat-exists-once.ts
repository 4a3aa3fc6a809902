import { pathIn } from "../pods.ts";
import { readText } from "../read.ts";
import type { StackFinding, StackRule } from "../rule.ts";
import {
  AUTOSCALERS,
  type BookWyrmWorkload,
  instancesOf,
  mayBeTogether,
  stackObjectsOf,
} from "../workloads.ts";

/** `beat-is-single` and `beat-not-autoscaled` judge each resource before it is created. */
export const beatExistsOnce: StackRule = {
  name: "beat-exists-once",
  description: "One BookWyrm has one beat, which no autoscaler changes.",
  severity: "high",
  why: "without beat nothing is sent that is due at a time, and with two of them everything is sent twice.",
  failures: [33],
  examples: {
    good: `# one Deployment with the label
app.kubernetes.io/component: beat`,
    bad: `# two Deployments with the label
app.kubernetes.io/component: beat`,
  },
  judgeStack: (resources) => [
    ...instancesOf(resources).flatMap((workloads): StackFinding[] => {
      const running = workloads.filter(({ pod }) => !pod.isJob);
      const [first, ...more] = running.filter(({ component }) => component === "beat");
      if (first !== undefined) {
        return more.map((beat) => fault(beat, `is another beat, beside ${first.resource.name}`));
      }
      return running
        .slice(0, 1)
        .map((workload) => fault(workload, "stands alone: no beat is there"));
    }),
    ...autoscaledBeats(resources),
  ],
};

const fault = ({ resource, pod }: BookWyrmWorkload, problem: string): StackFinding => ({
  urn: resource.urn,
  path: pathIn(pod, "metadata.labels"),
  problem,
  fix: "make one Deployment of beat, with one replica",
});

function autoscaledBeats(resources: Parameters<StackRule["judgeStack"]>[0]): StackFinding[] {
  const beats = instancesOf(resources)
    .flat()
    .filter(({ component }) => component === "beat");
  return stackObjectsOf(resources, ...AUTOSCALERS).flatMap(({ resource, read, at }) => {
    const target = read("spec", "scaleTargetRef", "name");
    const isBeat = beats.some(
      (beat) =>
        mayBeTogether(beat, { read, resource }) &&
        target.state === "known" &&
        target.value === readText(beat.resource.props, "metadata", "name"),
    );
    if (!isBeat) return [];
    const path = at("spec.scaleTargetRef.name");
    return [{ urn: resource.urn, path, problem: "is beat", fix: "leave the autoscaler out" }];
  });
}
