import { Provider } from "@pulumi/kubernetes/provider.js";
import { isGuarded } from "./checks/pre/guards.ts";
import { lookAfterRollout } from "./checks/post/look-after-rollout.ts";
import { BookWyrm } from "./components/bookwyrm.ts";
import { guardSecrets, readConfiguration, stackConfiguration } from "./components/configuration.ts";

const source = stackConfiguration();
const { settings, secrets } = readConfiguration(source);

// Before anything is registered, so that a forgotten --policy-pack or --skip-preview skips none of it.
if (isGuarded(settings)) {
  const { requireGuards } = await import("./checks/pre/require-guards.ts");
  await requireGuards(settings, { folder: import.meta.dirname, ...guardSecrets(source) });
}

const cluster = new Provider("cluster", { context: settings.context });
const bookwyrm = new BookWyrm(
  "bookwyrm",
  { settings, secrets, afterRollout: lookAfterRollout(settings) },
  { providers: [cluster] },
);

/** The pinned reference: where from, which release, which commit, which bytes. */
export const image = settings.image.reference;
export const digest = settings.image.digest;
export const version = settings.image.version;
export const namespace = bookwyrm.namespace;
export const url = `https://${settings.domain}`;
export const workloads = bookwyrm.workloads;
/** The guard that a person has waived, with reason, ticket and end. */
export const breakGlass = settings.breakGlass ?? "none";
