import { readFileSync } from "node:fs";
import {
  Config,
  getOrganization,
  getProject,
  getStack,
  RunError,
  StackReference,
} from "@pulumi/pulumi";
import { isBlocking } from "../checks/check.ts";
import { Git } from "../checks/git/git.ts";
import { Repository } from "../checks/git/repository.ts";
import { commitPushedCheck } from "../checks/pre/commit-pushed.ts";
import { workTreeCleanCheck } from "../checks/pre/work-tree-clean.ts";
import { RegistryClient } from "../checks/registry/registry-client.ts";
import { BookWyrmImage } from "./bookwyrm-image.ts";
import { contextCommittedCheck } from "./context-committed.ts";
import { contextOf } from "./context.ts";
import { demand, inWords, judgeAll } from "./guards.ts";
import { planImage } from "./plan.ts";
import { plainValue } from "./plain-value.ts";
import { readSettings } from "./settings.ts";
import { readSource } from "./source.ts";
import { tagIsFreeCheck } from "./tag-is-free.ts";

const settings = readSettings(new Config(), import.meta.dirname);
const { registryUsername, registryPassword, registryCaFile, remote, branch } = settings;

const git = new Git({ folder: settings.source, environment: process.env });
const repository = new Repository(git);
const found = await judgeAll([
  workTreeCleanCheck({ repository }),
  contextCommittedCheck({ repository, enters: contextOf(settings.dockerfile, settings.source) }),
  commitPushedCheck({ repository, remote, branch }),
]);
const blocking = found.filter(isBlocking);
if (blocking.length > 0 && !settings.isDevelopment) throw new RunError(inWords(blocking));

const source = await readSource(git, remote, AbortSignal.timeout(60_000));
const isReleasable = blocking.length === 0;
const plan = planImage(settings, source, isReleasable);

const own = new StackReference(`${getOrganization()}/${getProject()}/${getStack()}`);
const client = new RegistryClient({
  host: settings.repository.registry,
  ca: registryCaFile && readFileSync(registryCaFile, "utf8"),
  credentials: { username: registryUsername, password: await plainValue(registryPassword) },
});
const outputs = await own.getOutputDetails("reference");
const pushed = typeof outputs.value === "string" ? outputs.value : undefined;
// Nobody may deploy a -dirty tag, so that it can be built again and again.
if (isReleasable) {
  await demand([tagIsFreeCheck({ client, plan, pushed })]);
}

const image = new BookWyrmImage("bookwyrm", {
  plan,
  context: settings.source,
  dockerfile: settings.dockerfile,
  platform: settings.platform,
  registry: {
    server: settings.repository.registry,
    username: registryUsername,
    password: registryPassword,
  },
});

/** What a deployment's stack is pinned to: where from, which release, which commit, which bytes. */
export const reference = image.reference;
export const revision = plan.revision;
export const version = settings.version;
