import type { Check, Outcome } from "../check.ts";
import type { Repository } from "../git/repository.ts";

const FILES_SHOWN = 10;

/** What is deployed is what is committed: no changed, untracked or hidden file in the work tree. */
export const workTreeCleanCheck = ({ repository }: { readonly repository: Repository }): Check => ({
  id: "work-tree-clean",
  run: (signal) => judge(repository, signal),
});

async function judge(repository: Repository, signal: AbortSignal): Promise<Outcome> {
  if (!(await repository.exists(signal))) {
    return {
      verdict: "fail",
      summary: "This folder is not in a git work tree, so nobody can say later what was deployed.",
      evidence: [`folder ${repository.folder}`],
      remedy: "Deploy from a clone of the repository.",
    };
  }
  const [{ commit, changes }, unwatched] = await Promise.all([
    repository.status(signal),
    repository.unwatchedFiles(signal),
  ]);
  const evidence = [`HEAD ${commit ?? "(no commit yet)"}`];
  if (changes.length === 0 && unwatched.length === 0) {
    return { verdict: "pass", summary: "Every file is committed as it is.", evidence };
  }
  const found = [
    ...changes.map(({ kind, path }) => `${kind}: ${path}`),
    ...unwatched.map((path) => `hidden from git status: ${path}`),
  ];
  return {
    verdict: "fail",
    summary: `${files(found.length)} here ${found.length === 1 ? "is" : "are"} not what is committed, so this deployment could not be repeated from git.`,
    evidence: [...evidence, ...shortened(found)],
    remedy: [
      ...(changes.length > 0
        ? ["Commit and push, or put away what is not meant: git stash --include-untracked."]
        : []),
      ...unwatched.slice(0, 1).map(unhide),
    ].join(" "),
  };
}

const unhide = (file: string): string =>
  `Let git see hidden files again: git update-index --no-skip-worktree --no-assume-unchanged ${file} (where a sparse checkout hides them: git sparse-checkout disable).`;

const files = (count: number): string => (count === 1 ? "1 file" : `${count.toString()} files`);

const shortened = (lines: readonly string[]): string[] =>
  lines.length <= FILES_SHOWN
    ? [...lines]
    : [
        ...lines.slice(0, FILES_SHOWN),
        `and ${(lines.length - FILES_SHOWN).toString()} more: git status --untracked-files=all`,
      ];
