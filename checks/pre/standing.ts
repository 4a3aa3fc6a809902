import type { Comparison, Forge, ForgeBranch } from "../forge/forge.ts";

export interface StandingQuestion {
  readonly forge: Forge;
  readonly branch: string;
  /** Full sha. */
  readonly commit: string;
}

export type Standing =
  | { readonly isOnBranch: false; readonly branch: undefined }
  | {
      readonly isOnBranch: boolean;
      readonly branch: ForgeBranch;
      readonly comparison: Comparison;
    };

/** Whether a commit is in the history of a branch, by the forge that hosts it. @throws NoAnswer */
export async function forgeStanding(
  { forge, branch: name, commit }: StandingQuestion,
  signal: AbortSignal,
): Promise<Standing> {
  const branch = await forge.findBranch(name, signal);
  if (branch === undefined) return { isOnBranch: false, branch };
  const comparison = await forge.compare(branch, commit, signal);
  return { isOnBranch: comparison !== "elsewhere", branch, comparison };
}
