import { basename } from "node:path/posix";
import { COMPONENTS, LABEL, PART_OF } from "../../model/labels.ts";
import { bookWyrmContainersOf, componentOf, hiddenLabelOf, isPartOfBookWyrm } from "../bookwyrm.ts";
import { commandLineOf, migrates } from "../commands.ts";
import { finding, requiredIn } from "../fields.ts";
import { type Container, type Pod, pathIn, readContainer, readPod } from "../pods.ts";
import { type Finding, podRule } from "../rule.ts";

const ENTRYPOINT = "entrypoint.sh";

export const commandSet = podRule(
  {
    name: "command-set",
    description:
      "BookWyrm's containers have commands of their own, and none but the migration Job migrates.",
    severity: "high",
    why: "the entrypoint migrates the database in every pod that starts gunicorn (BookWyrm 0.8.4 and later): several pods race each other and the migration Job. args alone are arguments of that entrypoint.",
    failures: [13],
    examples: {
      good: 'command: [gunicorn, "bookwyrm.wsgi:application"]',
      bad: 'args: [gunicorn, "bookwyrm.wsgi:application"]',
    },
  },
  (pod) => [
    ...misleadingLabel(pod),
    ...bookWyrmContainersOf(pod).flatMap((each) => judge(pod, each)),
  ],
);

/** One rule says it for all that judge BookWyrm. */
function misleadingLabel(pod: Pod): Finding[] {
  const path = hiddenLabelOf(pod);
  if (path === undefined) return unknownComponent(pod);
  const problem = "is not known yet, so no rule about BookWyrm can judge these pods";
  return finding(path, { problem, isUnknown: true }, "write the label as a text of the program");
}

/** A part of BookWyrm under another name would be judged by no rule about it. */
function unknownComponent(pod: Pod): Finding[] {
  if (!isPartOfBookWyrm(readPod(pod, "metadata", "labels", LABEL.partOf))) return [];
  return finding(
    pathIn(pod, `metadata.labels["${LABEL.component}"]`),
    requiredIn(pod)(readPod(pod, "metadata", "labels", LABEL.component), (value) =>
      COMPONENTS.some((component) => component === value),
    ),
    `write one of ${COMPONENTS.join(", ")}; what is none of them is not ${LABEL.partOf}: ${PART_OF}`,
  );
}

function judge(pod: Pod, container: Container): Finding[] {
  const path = `${container.path}.command`;
  const fix = "write the whole command line into command, beginning with the program";
  const fault = requiredIn(pod)(
    readContainer(container, "command"),
    (value) => Array.isArray(value) && value.length > 0,
  );
  if (fault) return finding(path, fault, fix);
  const { known, isWhole } = commandLineOf(container);
  if (known.some((word) => basename(word) === ENTRYPOINT)) {
    return finding(path, { problem: `runs the image's ${ENTRYPOINT}` }, fix);
  }
  if (migrates(container) && !isMigrationJob(pod)) {
    return finding(path, { problem: "migrates the database" }, "leave that to the migration Job");
  }
  const problem = "has a part that is not known yet, so no rule can judge what it runs";
  return finding(path, isWhole ? undefined : { problem, isUnknown: true }, WHOLE);
}

const isMigrationJob = (pod: Pod): boolean => pod.isJob && componentOf(pod) === "migration";

const WHOLE = "write every word of command and args as a text of the program";
