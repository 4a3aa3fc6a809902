import { NoAnswer } from "../checks/no-answer.ts";
import type { Git } from "../checks/git/git.ts";
import { Repository } from "../checks/git/repository.ts";

/** The commit that is built. */
export interface Source {
  /** Full sha. */
  readonly revision: string;
  /** Of the commit, in seconds since 1970: the age of every file in the image. */
  readonly epoch: number;
  /** Address of the remote, without credentials. */
  readonly address: string;
}

/** @throws NoAnswer where the folder has no commit */
export async function readSource(git: Git, remote: string, signal: AbortSignal): Promise<Source> {
  const repository = new Repository(git);
  const shown = await git.ask(["show", "--no-patch", "--format=%H %ct", "HEAD"], signal);
  const [revision = "", seconds] = shown.trim().split(" ");
  const address = await repository.addressOf(remote, signal);
  if (address === undefined) {
    throw new NoAnswer(
      `The clone ${repository.folder} has no remote "${remote}".`,
      `Add it: git remote add ${remote} <address>`,
    );
  }
  return { revision, epoch: Number(seconds), address };
}
