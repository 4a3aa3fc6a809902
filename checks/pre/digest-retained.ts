import type { Check, Outcome } from "../check.ts";
import type { GcSchedule, HarborClient } from "../registry/harbor-client.ts";
import { RegistryError, registryOutcome } from "../registry/registry-error.ts";
import { describeRetention, mayDelete, type RetentionPolicy } from "../registry/retention.ts";
import type { HarborArgs } from "./harbor-args.ts";

/**
 * Neither garbage collection nor retention takes the image away while it runs. By default Harbor
 * (v2.16) deletes what has no tag, and a running image looks unused to it, since nodes ask with HEAD;
 * retention leaves immutable tags alone. An image without a tag fails whatever the schedule says:
 * an administrator can start a collection at any time.
 */
export const digestRetainedCheck = ({ harbor, image }: HarborArgs): Check => ({
  id: "digest-retained",
  run: (signal) =>
    registryOutcome(async () => {
      const [{ tags }, policy, collection] = await Promise.all([
        harbor.artifact(image.path, image.digest, signal),
        retentionOf(harbor, image.path, signal),
        unlessRefused(harbor.gcSchedule(signal)),
      ]);
      const names = (tags ?? []).map(({ name }) => name);
      const evidence = [
        `tags: ${names.join(", ") || "none"}`,
        describeCollection(collection),
        ...describePolicy(policy),
      ];
      if (names.length === 0) {
        return {
          verdict: "fail",
          summary: "The pinned image has no tag: the next garbage collection deletes it.",
          evidence,
          remedy: `Give ${image.digest} a release tag of its own, and make release tags immutable.`,
        };
      }
      if (policy === undefined || tags?.some(({ immutable }) => immutable === true) === true) {
        return { verdict: "pass", summary: "The registry keeps the pinned image.", evidence };
      }
      const repository = image.path.split("/").slice(1).join("/");
      return { ...judge(policy, { repository, tags: names }), evidence };
    }),
});

const RULE_FOR_TAGS =
  "In Harbor's project, under Policy, Tag Immutability, add a rule for release-*.";

function judge(
  policy: RetentionPolicy | typeof REFUSED,
  candidate: Parameters<typeof mayDelete>[1],
): Outcome {
  if (policy === REFUSED) {
    return {
      verdict: "unknown",
      summary:
        "The project has a retention policy that this account may not read, and no tag of the image is immutable.",
      remedy: `${RULE_FOR_TAGS} Or let the account of guardrails.harbor read the project's tag retention.`,
    };
  }
  switch (mayDelete(policy, candidate)) {
    case false:
      return { verdict: "pass", summary: "Retention never deletes the pinned image." };
    case true:
      return {
        verdict: "fail",
        summary:
          "The project's retention policy can delete the pinned image, and no immutable tag keeps it from that.",
        remedy: RULE_FOR_TAGS,
      };
    case undefined:
      return {
        verdict: "unknown",
        summary:
          "The project's retention policy has a rule that is not understood here, and no tag of the image is immutable.",
        remedy: RULE_FOR_TAGS,
      };
  }
}

const REFUSED = Symbol("refused");

async function retentionOf(
  harbor: HarborClient,
  path: string,
  signal: AbortSignal,
): Promise<RetentionPolicy | typeof REFUSED | undefined> {
  const { metadata } = await harbor.project(path, signal);
  const id = metadata?.retention_id;
  return id === undefined ? undefined : unlessRefused(harbor.retention(id, signal));
}

async function unlessRefused<T>(answer: Promise<T>): Promise<T | typeof REFUSED> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof RegistryError && error.fault === "refused") return REFUSED;
    throw error;
  }
}

const describePolicy = (policy: RetentionPolicy | typeof REFUSED | undefined): string[] => {
  if (policy === undefined) return ["retention policy: none"];
  return policy === REFUSED
    ? ["retention policy: this account may not read it"]
    : describeRetention(policy);
};

function describeCollection(schedule: GcSchedule | typeof REFUSED | undefined): string {
  if (schedule === REFUSED)
    return "garbage collection: only an administrator may read its schedule";
  const { type = "None", cron = "" } = schedule?.schedule ?? {};
  if (type === "None") return "garbage collection: runs when somebody starts it";
  return `garbage collection: ${type}, ${cron}, with ${schedule?.job_parameters ?? "{}"}`;
}
