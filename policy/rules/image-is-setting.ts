import { bookWyrmContainersOf } from "../bookwyrm.ts";
import { finding } from "../fields.ts";
import { readContainer } from "../pods.ts";
import { podRule } from "../rule.ts";

const SETTING = "bookwyrm:image";

export const imageIsSetting = podRule(
  {
    name: "image-is-setting",
    description: "Every pod of BookWyrm runs the image that the stack's settings name.",
    severity: "critical",
    why: "what was reviewed, tested and deployed to staging is the setting; another image was none of it.",
    failures: [8, 17, 35],
    examples: {
      good: `# bookwyrm:image of the stack, and of every container
image: harbor.example.org/uostas/bookwyrm:release-0.9.2-c9addf2@sha256:<64 hex digits>`,
      bad: `# bookwyrm:image of the stack is that of release 0.9.2
image: harbor.example.org/uostas/bookwyrm:release-0.9.1-5e0e5a2@sha256:<64 hex digits>`,
    },
    configSchema: {
      properties: {
        setting: {
          type: "string",
          description: `The setting that names the image, with its project; ${SETTING} where it is not set. Without such a setting nothing is judged`,
        },
      },
    },
  },
  (pod, { setting = SETTING }) => {
    const name = setting as string;
    const expected = stackSetting(name);
    if (expected === undefined) return [];
    return bookWyrmContainersOf(pod).flatMap((container) => {
      const image = readContainer(container, "image");
      // One that is not known, or none, is for the rules about every image.
      if (image.state !== "known" || image.value === expected) return [];
      const problem = `is ${JSON.stringify(image.value)}, and ${name} is "${expected}"`;
      return finding(`${container.path}.image`, { problem }, `take the image from ${name}`);
    });
  },
);

/** A setting of the stack that is being deployed: the engine hands them to the pack's process, as to the program. */
function stackSetting(name: string): string | undefined {
  const settings = JSON.parse(process.env["PULUMI_CONFIG"] ?? "{}") as Record<string, unknown>;
  const value = settings[name];
  return typeof value === "string" && value !== "" ? value : undefined;
}
