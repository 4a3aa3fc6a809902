import { Provider } from "@pulumi/kubernetes/provider.js";
import { BookWyrm } from "./components/bookwyrm.ts";
import { readConfiguration, stackConfiguration } from "./components/configuration.ts";

const { settings, secrets } = readConfiguration(stackConfiguration());

const cluster = new Provider("cluster", { context: settings.context });
const bookwyrm = new BookWyrm("bookwyrm", { settings, secrets }, { providers: [cluster] });

/** The pinned reference: where from, which release, which commit, which bytes. */
export const image = settings.image.reference;
export const digest = settings.image.digest;
export const version = settings.image.version;
export const namespace = bookwyrm.namespace;
export const url = `https://${settings.domain}`;
export const workloads = bookwyrm.workloads;
