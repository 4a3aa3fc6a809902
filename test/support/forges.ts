import type { TestContext } from "node:test";
import { forgejo } from "../../checks/forge/forgejo.ts";
import type { Forge, ForgeOptions } from "../../checks/forge/forge.ts";
import { github } from "../../checks/forge/github.ts";
import { forgejoDouble, type ForgejoState } from "../../lab/forgejo.ts";
import { githubDouble, type GitHubState } from "../../lab/github.ts";
import type { JsonServer } from "../../lab/json-server.ts";

const sha = (start: string): string => start.padEnd(40, "0");

/** Commits of the repository that the doubles host; main is ROOT, MERGED, TIP. */
export const ROOT = sha("a1");
export const MERGED = sha("b2");
export const TIP = sha("c3");
/** Of a branch that was not merged. */
export const UNMERGED = sha("d4");
/** Pushed to somebody's fork only, on top of MERGED. */
export const OF_FORK = sha("e5");
/** Without any ancestor on main. */
export const UNRELATED = sha("f6");
/** Two commits of main that begin alike. */
export const TWINS = [sha("abcdef01"), sha("abcdef02")] as const;

export const HOSTED = {
  name: "uostas/ziurkes",
  commits: {
    [ROOT]: [TWINS[1]],
    [TWINS[1]]: [TWINS[0]],
    [TWINS[0]]: [],
    [MERGED]: [ROOT],
    [TIP]: [MERGED],
    [UNMERGED]: [ROOT],
    [OF_FORK]: [MERGED],
    [UNRELATED]: [],
  },
  branches: {
    main: { sha: TIP, isProtected: true },
    "release/1.0": { sha: MERGED },
    feature: { sha: UNMERGED },
    pages: { sha: UNRELATED },
    // Named like the beginning of a commit, which it is not.
    "1234567": { sha: TIP },
  },
} as const;

export interface Hosted {
  readonly forge: Forge;
  readonly double: JsonServer;
}

export type ClientOptions = Partial<ForgeOptions>;

export async function hostedOnGitHub(
  context: TestContext,
  state: Partial<GitHubState> = {},
  options: ClientOptions = {},
): Promise<Hosted> {
  const double = await githubDouble({ ...HOSTED, checkRuns: [], statuses: [], ...state });
  context.after(() => {
    double.close();
  });
  return {
    double,
    forge: github({ api: double.address, repository: HOSTED.name, ...options }),
  };
}

export async function hostedOnForgejo(
  context: TestContext,
  state: Partial<ForgejoState> = {},
  options: ClientOptions = {},
): Promise<Hosted> {
  const double = await forgejoDouble({ ...HOSTED, statuses: [], ...state });
  context.after(() => {
    double.close();
  });
  return {
    double,
    forge: forgejo({ api: double.address, repository: HOSTED.name, ...options }),
  };
}

/** Where a message names the double: its host has another port in each run. */
export const withoutPort = (text: string): string =>
  text.replaceAll(/127\.0\.0\.1:\d+/g, "forge.test");
