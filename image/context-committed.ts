import type { Check, Outcome } from "../checks/check.ts";
import type { Repository } from "../checks/git/repository.ts";
import type { Enters } from "./context.ts";

export interface ContextCommittedArgs {
  /** In the very folder that is built from. */
  readonly repository: Repository;
  readonly enters: Enters;
}

const FILES_SHOWN = 10;

/** A file that git ignores makes no tree dirty, and would be in the image all the same. */
export const contextCommittedCheck = (args: ContextCommittedArgs): Check => ({
  id: "context-committed",
  run: (signal) => judge(args, signal),
});

async function judge(
  { repository, enters }: ContextCommittedArgs,
  signal: AbortSignal,
): Promise<Outcome> {
  const found = (await repository.ignoredFiles(signal)).filter(enters);
  const [first] = found;
  if (first === undefined) {
    return { verdict: "pass", summary: "No file that git ignores gets into the image." };
  }
  const more = found.length - FILES_SHOWN;
  return {
    verdict: "fail",
    summary: `Git ignores ${found.length === 1 ? "a file" : `${found.length.toString()} files`} here that would get into the image, though in no commit.`,
    evidence: [
      ...found.slice(0, FILES_SHOWN).map((path) => `ignored: ${path}`),
      ...(more > 0 ? [`and ${more.toString()} more`] : []),
    ],
    remedy: `Move them out of ${repository.folder}, or delete them. To see why git ignores one: git check-ignore --verbose ${first}`,
  };
}
