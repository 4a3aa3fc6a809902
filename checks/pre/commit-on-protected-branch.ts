import type { Check, Outcome } from "../check.ts";
import { type ImageCommit, resolveCommit } from "./image-commit.ts";
import { forgeStanding } from "./standing.ts";

export interface CommitOnProtectedBranchArgs extends ImageCommit {
  /** The protected branch that images are built from. */
  readonly branch: string;
}

/** The commit that the image was built from is on the protected branch of its repository. */
export const commitOnProtectedBranchCheck = (args: CommitOnProtectedBranchArgs): Check => ({
  id: "commit-on-protected-branch",
  run: (signal) => judge(args, signal),
});

async function judge(args: CommitOnProtectedBranchArgs, signal: AbortSignal): Promise<Outcome> {
  const { forge } = args;
  const resolved = await resolveCommit(args, signal);
  if (!("sha" in resolved)) return resolved;
  const { sha } = resolved;
  const standing = await forgeStanding({ forge, branch: args.branch, commit: sha }, signal);
  if (standing.branch === undefined) {
    return {
      verdict: "fail",
      summary: `${forge.name} has no branch ${args.branch}.`,
      evidence: [`commit ${sha}`],
      remedy: "Set the branch that images are built from.",
    };
  }
  const { name, sha: tip, isProtected } = standing.branch;
  const evidence = [
    `commit ${sha}`,
    `${name} is at ${tip}`,
    ...(isProtected ? [] : [`${name} is not a protected branch: whoever can push can rewrite it`]),
  ];
  if (standing.isOnBranch) {
    const place = standing.comparison === "identical" ? "the tip" : "in the history";
    return { verdict: "pass", summary: `${short(sha)} is ${place} of ${name}.`, evidence };
  }
  return {
    verdict: "fail",
    summary: `${short(sha)} is not on ${name} of ${forge.name}: it was never merged, was rewritten away, or is from a fork.`,
    evidence,
    remedy: `Merge it into ${name}, let CI build that commit, and pin the image that comes out.`,
  };
}

const short = (sha: string): string => sha.slice(0, 12);
