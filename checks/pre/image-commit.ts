import type { Outcome } from "../check.ts";
import type { Forge } from "../forge/forge.ts";

/** The commit that an image says it was built from, and who can tell about it. */
export interface ImageCommit {
  readonly forge: Forge;
  /** 7 to 40 hex digits, from the image's tag or its revision label. */
  readonly commit: string;
}

/** The full sha, or the outcome where there is no one commit to judge. @throws NoAnswer */
export async function resolveCommit(
  { forge, commit }: ImageCommit,
  signal: AbortSignal,
): Promise<{ readonly sha: string } | Outcome> {
  if (!/^[0-9a-f]{7,40}$/.test(commit)) {
    return {
      verdict: "fail",
      summary: `The image says that it was built from "${commit}", which is no commit.`,
      remedy: "Build it from a commit, and give the tag 7 to 40 lower-case hex digits of its sha.",
    };
  }
  const sha = await forge.findCommit(commit, signal);
  if (sha !== undefined) return { sha };
  return {
    verdict: "fail",
    summary: `${forge.name} knows no commit ${commit}, or several that begin so: the image was built from code that is not there.`,
    evidence: [`commit ${commit}`],
    remedy:
      "Push the commit and let CI build the image from it; write the full sha where it is ambiguous.",
  };
}
