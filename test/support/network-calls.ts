import type { TestContext } from "node:test";
import type { Check } from "../../checks/check.ts";
import type { Forge } from "../../checks/forge/forge.ts";
import { forgejo } from "../../checks/forge/forgejo.ts";
import { github } from "../../checks/forge/github.ts";
import { sentryCheck } from "../../checks/post/sentry.ts";
import { servedVersionCheck } from "../../checks/post/served-version.ts";
import { ciChecksPassedCheck } from "../../checks/pre/ci-checks-passed.ts";
import { commitOnProtectedBranchCheck } from "../../checks/pre/commit-on-protected-branch.ts";
import { jsonServer } from "../../lab/json-server.ts";
import { EXPECTED, fakeCluster, healthy, readingOf } from "./cluster.ts";
import { AUTHORITIES, type Kind } from "./faults.ts";
import { HOSTED, hostedOnForgejo, hostedOnGitHub, MERGED, TIP } from "./forges.ts";

/** One question that a check asks over the network. */
export interface NetworkCall {
  readonly name: string;
  /** Starts who is asked. @returns its address */
  readonly serve: (context: TestContext) => Promise<string>;
  /** Which requests it is, by `METHOD /path`. */
  readonly is: RegExp;
  /** What it gives where nothing is wrong. @default pass */
  readonly verdict?: "fail";
  /** @param address of who is asked, over TLS */
  readonly check: (address: string) => Check;
  /** What its message says where a success is none. */
  readonly misread: RegExp;
  /** Kinds of faults that would be none here. */
  readonly without?: readonly Kind[];
  /** Faults that prove something by themselves, by their name; all others are unknown. */
  readonly fails?: RegExp;
  /** Never tried again, since the answer itself is what is judged. */
  readonly isAskedOnce?: boolean;
}

const TOKEN = "dummy-t0ken-of-the-f0rge";

type ForgeCall = readonly [
  name: string,
  is: RegExp,
  check: (forge: Forge) => Check,
  verdict?: "fail",
];

const onBranch = (forge: Forge): Check =>
  commitOnProtectedBranchCheck({ forge, commit: MERGED, branch: "main" });
const onMissingBranch = (forge: Forge): Check =>
  commitOnProtectedBranchCheck({ forge, commit: MERGED, branch: "gone" });
const ciPassed = (forge: Forge): Check =>
  ciChecksPassedCheck({ forge, commit: MERGED, required: ["build"] });

const of = (
  forge: "GitHub" | "Forgejo",
  serve: NetworkCall["serve"],
  calls: readonly ForgeCall[],
): NetworkCall[] =>
  calls.map(([name, is, check, verdict]) => ({
    name: `${forge}: ${name}`,
    serve,
    is,
    ...(verdict && { verdict }),
    check: (api) => {
      const create = forge === "GitHub" ? github : forgejo;
      const { name: repository } = HOSTED;
      return check(create({ api, repository, token: TOKEN, ca: AUTHORITIES }));
    },
    misread: /not of the documented form|a page for people|with nothing in it/,
    without: ["digest"],
  }));

const REPOSITORY = `^GET /repos/${HOSTED.name}`;

const GITHUB = of(
  "GitHub",
  async (context) => {
    const checkRuns = [{ id: 1, sha: MERGED, name: "build", conclusion: "success" }];
    return (await hostedOnGitHub(context, { tokens: [TOKEN], checkRuns })).double.address;
  },
  [
    ["the commit", new RegExp(`${REPOSITORY}/commits/${MERGED}$`), onBranch],
    ["the branch", new RegExp(`${REPOSITORY}/branches/main$`), onBranch],
    ["the repository", new RegExp(`${REPOSITORY}$`), onMissingBranch, "fail"],
    ["the comparison", new RegExp(`${REPOSITORY}/compare/${TIP}\\.\\.\\.${MERGED}$`), onBranch],
    ["the check runs", new RegExp(`${REPOSITORY}/commits/${MERGED}/check-runs$`), ciPassed],
    ["the statuses", new RegExp(`${REPOSITORY}/commits/${MERGED}/status$`), ciPassed],
  ],
);

const FORGEJO = of(
  "Forgejo",
  async (context) => {
    const statuses = [{ id: 1, sha: MERGED, context: "build", status: "success" }] as const;
    return (await hostedOnForgejo(context, { tokens: [TOKEN], statuses })).double.address;
  },
  [
    ["the commit", new RegExp(`/git/commits/${MERGED}$`), onBranch],
    ["the branch", /\/branches\/main$/, onBranch],
    ["the repository", new RegExp(`/repos/${HOSTED.name}$`), onMissingBranch, "fail"],
    ["the commits that a branch lacks", /\/ziurkes\/commits$/, onBranch],
    ["the statuses", new RegExp(`/commits/${MERGED}/statuses$`), ciPassed],
  ],
);

const RELEASE = "bookwyrm@0.9.2";

const sentry = (name: string, is: RegExp): NetworkCall => ({
  name: `Sentry: ${name}`,
  serve: async (context) => {
    const server = await jsonServer(({ url }) => ({
      status: 200,
      body: url.pathname.endsWith("/issues/")
        ? []
        : { version: RELEASE, lastEvent: "2025-11-16T09:30:00Z" },
    }));
    context.after(() => {
      server.close();
    });
    return server.address;
  },
  is,
  check: (address) =>
    sentryCheck({
      url: new URL(address),
      organisation: "uostas",
      project: "bookwyrm",
      release: RELEASE,
      token: "dummy-t0ken-of-sentry",
    }),
  misread: /does not answer as Sentry does/,
  without: ["digest"],
});

const PAGE = { software: { name: "bookwyrm", version: EXPECTED.version } };

const SITE: NetworkCall = {
  name: "the site's page",
  serve: async (context) => {
    const server = await jsonServer(() => ({ status: 200, body: PAGE }));
    context.after(() => {
      server.close();
    });
    return server.address;
  },
  is: /^GET \/nodeinfo\/2\.0$/,
  check: (address) => {
    const objects = healthy();
    const page = JSON.stringify(PAGE);
    const cluster = fakeCluster(objects, {
      ask: () => ({ body: Buffer.from(page) }),
      execute: () => ({ exitCode: 0, stdout: `200 ${page}`, stderr: "" }),
    });
    const reading = readingOf(objects);
    const publicUrl = new URL(address);
    return servedVersionCheck({
      ...{ cluster, reading, expected: EXPECTED, publicUrl },
      ca: AUTHORITIES,
    });
  },
  misread: /without a version/,
  without: ["digest"],
  // A site that answers is judged by what it answers.
  fails: /^is (?:answered with|redirected)/,
  isAskedOnce: true,
};

/** Of everything but the registry and Harbor. */
export const OTHER_CALLS: readonly NetworkCall[] = [
  ...GITHUB,
  ...FORGEJO,
  sentry("the release", /\/releases\/[^/]+\/$/),
  sentry("its issues", /\/issues\/$/),
  SITE,
];
