import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { GuardContext } from "../../checks/pre/guards.ts";
import { type GitHubState, githubDouble } from "../../lab/github.ts";
import { startHarbor } from "../../lab/harbor.ts";
import type { JsonServer } from "../../lab/json-server.ts";
import type { Settings } from "../../model/settings.ts";
import { CONTEXT, serveObjects } from "./api-server.ts";
import { healthy } from "./cluster.ts";
import { type CleanUp, GitSandbox } from "./git.ts";
import { makeCertificate } from "./certificate.ts";
import { COMMIT, releaseOn, ROBOT, SOURCE, stateWithRelease } from "./harbor.ts";
import { settings } from "./settings.ts";

export const NOW = new Date("2026-11-24T12:00:00Z");
const REPOSITORY = "books/bookwyrm";

export interface GuardedOptions {
  /** Labels of the image, instead of those of its release. */
  readonly labels?: Readonly<Record<string, string>>;
  /** Other settings of the stack. */
  readonly changes?: Readonly<Record<string, unknown>>;
}

export interface Guarded {
  readonly settings: Settings;
  readonly context: GuardContext;
  readonly sandbox: GitSandbox;
  readonly release: ReturnType<typeof stateWithRelease>;
  readonly forge: JsonServer;
}

/** A stack with every guard there is, each before a double or a real repository where all is well. */
export async function guarded(
  cleanUp: CleanUp,
  { labels = {}, changes = {} }: GuardedOptions = {},
): Promise<Guarded> {
  const sandbox = new GitSandbox(cleanUp);
  const { clone: folder } = await sandbox.pushed();
  const certificate = makeCertificate();
  const caFile = sandbox.path("ca.pem");
  writeFileSync(caFile, certificate.cert);
  const release = stateWithRelease(labels);
  const harbor = await startHarbor(certificate, release.state);
  cleanUp.after(() => harbor.stop());
  const forge = await githubDouble(FORGE);
  cleanUp.after(() => {
    forge.close();
  });
  const image = releaseOn(harbor.host, release.digest);
  const history = [{ reference: image.reference, verdict: "pass", at: "2026-11-23T12:00:00Z" }];
  const cluster = await serveObjects(healthy(), {
    "bookwyrm-verification": { "history.json": JSON.stringify(history) },
  });
  cleanUp.after(cluster.close);
  process.env["KUBECONFIG"] = cluster.kubeconfig;
  const all = settings({
    context: CONTEXT,
    image: image.reference,
    registryUsername: ROBOT.username,
    guardrails: {
      git: {},
      image: { source: SOURCE, caFile },
      forge: {
        kind: "github",
        api: forge.address,
        repository: REPOSITORY,
        requiredChecks: ["test"],
      },
      harbor: { username: ROBOT.username },
      staging: { stack: "staging" },
    },
    ...changes,
  });
  const context: GuardContext = {
    folder,
    environment: sandbox.environment,
    now: () => NOW,
    registryPassword: ROBOT.password,
    harborPassword: ROBOT.password,
    forgeToken: undefined,
    hasFlower: true,
    settingsOf: () => ({ settings: all, hasFlower: true }),
  };
  return { settings: all, context, sandbox, release, forge };
}

const FORGE: GitHubState = {
  name: REPOSITORY,
  commits: { [COMMIT]: [] },
  branches: { main: { sha: COMMIT, isProtected: true } },
  checkRuns: [{ id: 1, sha: COMMIT, name: "test", conclusion: "success" }],
  statuses: [],
};

/** The same stack with other guards, or without some. */
export const withGuardrails = (
  stack: Settings,
  change: Partial<Settings["guardrails"]>,
): Settings => ({ ...stack, guardrails: { ...stack.guardrails, ...change } });

/** Where a file is changed in the work tree of the stack. */
export const indexOf = ({ context }: Guarded): string => join(context.folder, "index.ts");
