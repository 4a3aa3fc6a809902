import type { Check, Outcome } from "../check.ts";
import type { Forge } from "../forge/forge.ts";
import type { RemoteBranch, Repository } from "../git/repository.ts";
import { forgeStanding } from "./standing.ts";

export interface CommitPushedArgs {
  readonly repository: Repository;
  /** A name that `git remote` lists, or an address. */
  readonly remote: string;
  /** The protected branch that deployments are made from. */
  readonly branch: string;
  /** Hosts that very remote; asked where this clone is too shallow to tell. */
  readonly forge?: Forge;
}

/** The commit that Pulumi runs from is on the protected branch, as the remote's server knows it now. */
export const commitPushedCheck = (args: CommitPushedArgs): Check => ({
  id: "commit-pushed",
  run: (signal) => judge(args, signal),
});

async function judge(args: CommitPushedArgs, signal: AbortSignal): Promise<Outcome> {
  const { repository, remote, branch } = args;
  if (!(await repository.exists(signal))) {
    return {
      verdict: "fail",
      summary: "This folder is not in a git work tree, so it has no commit that could be pushed.",
      evidence: [`folder ${repository.folder}`],
      remedy: "Deploy from a clone of the repository.",
    };
  }
  const [head, address] = await Promise.all([
    repository.status(signal),
    repository.addressOf(remote, signal),
  ]);
  if (head.commit === undefined) {
    return {
      verdict: "fail",
      summary: "This repository has no commit yet, so there is none that could be pushed.",
      remedy: `Commit, and push to ${branch}.`,
    };
  }
  const here = `HEAD ${head.commit} (${head.branch ?? "detached"})`;
  if (address === undefined) {
    return {
      verdict: "fail",
      summary: `There is no remote "${remote}" here, so this commit is nowhere but on this machine.`,
      evidence: [here],
      remedy: `Add it: git remote add ${remote} <address>; then push to its ${branch}.`,
    };
  }
  const tip = await repository.tipOf(args, signal);
  if (tip === undefined) {
    return {
      verdict: "fail",
      summary: `${address} has no branch ${branch}.`,
      evidence: [here],
      remedy: `Push it, or set the branch that deployments are made from: git ls-remote --heads ${remote}`,
    };
  }
  const evidence = [here, `${branch} of ${address} is at ${tip}`];
  if (tip === head.commit) {
    return { verdict: "pass", summary: `HEAD is the tip of ${branch} on the server.`, evidence };
  }
  const question = { args, commit: head.commit, tip };
  const outcome = (await repository.isShallow(signal))
    ? await askForge(question, signal)
    : await askHistory(question, signal);
  return { ...outcome, evidence: [...evidence, ...(outcome.evidence ?? [])] };
}

interface Question {
  readonly args: CommitPushedArgs;
  readonly commit: string;
  readonly tip: string;
}

async function askHistory(question: Question, signal: AbortSignal): Promise<Outcome> {
  const { args, commit, tip } = question;
  const { repository, branch } = args;
  await repository.fetchTip(tip, args, signal);
  if (await repository.isAncestor(commit, tip, signal)) {
    return { verdict: "pass", summary: `HEAD is in the history of ${branch} on the server.` };
  }
  const missing = await repository.countBeyond(tip, commit, signal);
  return notPushed(
    args,
    `${missing.toString()} commit${missing === 1 ? " of it is" : "s of it are"}`,
  );
}

async function askForge({ args, commit }: Question, signal: AbortSignal): Promise<Outcome> {
  const { forge, branch } = args;
  if (forge === undefined) {
    return {
      verdict: "unknown",
      summary: `This clone is shallow: it cannot tell whether HEAD is in the history of ${branch}.`,
      remedy:
        "Fetch the whole history: git fetch --unshallow (actions/checkout: fetch-depth: 0), or configure the forge.",
    };
  }
  const standing = await forgeStanding({ forge, branch, commit }, signal);
  if (standing.isOnBranch) {
    return {
      verdict: "pass",
      summary: `HEAD is in the history of ${branch}, says ${forge.name}.`,
    };
  }
  return standing.branch === undefined
    ? { verdict: "fail", ...noBranch(forge, branch) }
    : notPushed(args, `${forge.name} says that it is`);
}

const notPushed = ({ remote, branch }: RemoteBranch, what: string): Outcome => ({
  verdict: "fail",
  summary: `HEAD is not on ${branch} of ${remote}: ${what} not there, so CI and your colleagues have other code.`,
  remedy: `Push or merge it into ${branch}, then deploy from there. git status may call it up to date: it only knows the last fetch.`,
});

const noBranch = (forge: Forge, branch: string): Omit<Outcome, "verdict"> => ({
  summary: `${forge.name} has no branch ${branch}.`,
  remedy: "Set the branch that deployments are made from.",
});
