import type { Check, Outcome } from "../check.ts";
import type { ForgeCheck } from "../forge/forge.ts";
import { type ImageCommit, resolveCommit } from "./image-commit.ts";

export interface CiChecksPassedArgs extends ImageCommit {
  /** Names as branch protection writes them, for example `build` or `ci/woodpecker/push/test`. */
  readonly required: readonly string[];
  /** Which outcomes count beside success. @default none: a skipped test has tested nothing */
  readonly allowed?: readonly ("neutral" | "skipped")[];
}

/** Every required check, by name, succeeded on exactly the commit that the image was built from. */
export const ciChecksPassedCheck = (args: CiChecksPassedArgs): Check => ({
  id: "ci-checks-passed",
  run: (signal) => judge(args, signal),
});

async function judge(args: CiChecksPassedArgs, signal: AbortSignal): Promise<Outcome> {
  const { forge, required } = args;
  if (required.length === 0) {
    return {
      verdict: "fail",
      summary: "No check is required, so a commit that CI never saw would pass.",
      remedy: "Name the checks that must succeed, as branch protection writes them.",
    };
  }
  const resolved = await resolveCommit(args, signal);
  if (!("sha" in resolved)) return resolved;
  const { sha } = resolved;
  const reported = await forge.checksOf(sha, signal);
  const findings = [...new Set(required)].map((name) => judgeOne(name, reported, args));
  const unmet = findings.filter(({ isMet }) => !isMet);
  const evidence = [`commit ${sha}`, ...findings.flatMap((finding) => finding.lines)];
  if (unmet.length === 0) {
    const count = findings.length;
    return {
      verdict: "pass",
      summary: `${count === 1 ? "The required check" : `All ${count.toString()} required checks`} succeeded on ${sha.slice(0, 12)}.`,
      evidence,
    };
  }
  return {
    verdict: "fail",
    summary: `On ${sha.slice(0, 12)} not every required check succeeded: ${unmet.map(({ brief }) => brief).join(", ")}.`,
    evidence,
    remedy: unmet.flatMap(({ remedy = [] }) => remedy).join(" "),
  };
}

interface Finding {
  readonly isMet: boolean;
  /** For the summary, for example `build is pending`. */
  readonly brief: string;
  readonly lines: readonly string[];
  readonly remedy?: string;
}

/** Several reporters may use one name; a success of one does not make up for the failure of another. */
function judgeOne(
  name: string,
  reported: readonly ForgeCheck[],
  { allowed = [] }: CiChecksPassedArgs,
): Finding {
  const own = reported.filter((check) => check.name === name);
  if (own.length === 0) {
    return {
      isMet: false,
      brief: `${name} is missing`,
      lines: [`${name}: never reported on this commit`],
      remedy: `Check the name "${name}" (${namesIn(reported)}) and that its workflow runs for every commit, also those that a path filter leaves out.`,
    };
  }
  const lines = own.map(
    ({ reporter, said, url }) =>
      `${name}: ${said} (${reporter})${url === undefined ? "" : ` ${url}`}`,
  );
  const counts: readonly string[] = ["success", ...allowed];
  const unmet = own.filter(({ state }) => !counts.includes(state));
  const failed = unmet.find(({ state }) => state !== "pending");
  if (failed !== undefined) {
    return {
      isMet: false,
      brief: `${name} is ${failed.said}`,
      lines,
      remedy: `Mend what ${name} found, and pin the image of a commit on which it succeeds.`,
    };
  }
  if (unmet.length > 0) {
    const remedy = `Wait until ${name} has ended, and run this again.`;
    return { isMet: false, brief: `${name} is pending`, lines, remedy };
  }
  return { isMet: true, brief: `${name} succeeded`, lines };
}

const namesIn = (reported: readonly ForgeCheck[]): string => {
  const names = [...new Set(reported.map(({ name }) => name))].sort();
  return names.length === 0 ? "nothing has reported" : `reported are: ${names.join(", ")}`;
};
