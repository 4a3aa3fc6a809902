import type { Check, Outcome } from "../checks/check.ts";
import type { RegistryClient } from "../checks/registry/registry-client.ts";
import { RegistryError, registryOutcome } from "../checks/registry/registry-error.ts";
import { parseImageReference } from "../model/image-reference.ts";
import type { Plan } from "./plan.ts";

export interface TagIsFreeArgs {
  readonly client: RegistryClient;
  readonly plan: Plan;
  /** What this stack pushed last, with its digest; undefined for a new stack. */
  readonly pushed: string | undefined;
}

/** The label that names what an image was built from. */
const INPUTS_LABEL = "org.bookwyrm.image.inputs";

/** A tag is pushed once: whoever has pulled it would otherwise go on running other bytes. */
export const tagIsFreeCheck = (args: TagIsFreeArgs): Check => ({
  id: "tag-is-free",
  run: (signal) => registryOutcome(() => judge(args, signal)),
});

async function judge(
  { client, plan, pushed }: TagIsFreeArgs,
  signal: AbortSignal,
): Promise<Outcome> {
  const name = `${plan.repository}:${plan.tag}`;
  const parsed = parseImageReference(plan.repository);
  const path = "problem" in parsed ? "" : parsed.path;
  const digest = await client.resolveTag(path, plan.tag, signal).catch(noTag);
  if (digest === undefined) return { verdict: "pass", summary: `${name} does not exist yet.` };
  const evidence = [`${name} is ${digest}`, `this stack pushed ${pushed ?? "nothing yet"}`];
  if (pushed !== `${name}@${digest}`) {
    return {
      verdict: "fail",
      summary: `${name} exists already, and this stack did not push it: the build would replace its bytes under the same name.`,
      evidence,
      remedy: "Deploy what is there, or commit again and build that commit.",
    };
  }
  const { children } = await client.resolveImage(path, digest, signal);
  const isSame = children.every(({ labels }) => labels[INPUTS_LABEL] === plan.inputs);
  if (isSame)
    return { verdict: "pass", summary: `${name} was built from these very inputs.`, evidence };
  return {
    verdict: "fail",
    summary: `${name} exists already, built from another Dockerfile, base image or setting: the build would replace its bytes under the same name.`,
    evidence,
    remedy: "Undo the change, or commit again and build that commit.",
  };
}

function noTag(error: unknown): undefined {
  if (error instanceof RegistryError && error.fault === "not found") return undefined;
  throw error;
}
