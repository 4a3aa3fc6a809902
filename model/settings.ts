import * as v from "valibot";
import { Admission } from "./admission.ts";
import { BreakGlassSetting, Guardrails, Verification } from "./guardrails.ts";
import { COMPONENTS } from "./labels.ts";
import { Network } from "./network.ts";
import { QUEUES } from "./queues.ts";
import { resources } from "./resources.ts";
import { SECRET_NAMES } from "./secrets.ts";
import type { SettingProblem } from "./setting-problem.ts";
import { Database, foreignImages, Redis } from "./stores.ts";
import {
  bytes,
  dnsLabel,
  flag,
  group,
  hostName,
  listOf,
  port,
  queue,
  releaseImage,
  text,
  wholeNumber,
} from "./setting-fields.ts";

const Web = group({
  replicas: v.optional(wholeNumber(1), 2),
  /** gunicorn processes and threads; without them BookWyrm counts the CPUs of the node. */
  workers: v.optional(wholeNumber(1), 2),
  threads: v.optional(wholeNumber(1), 4),
  resources: resources({ cpu: "150m", memory: "384Mi", memoryLimit: "1Gi" }),
});

const Worker = group({
  name: dnsLabel,
  queues: listOf(queue),
  concurrency: v.optional(wholeNumber(1), 8),
  replicas: v.optional(wholeNumber(1), 1),
  /** Seconds that running tasks get to finish; a task that takes longer is lost (BookWyrm acks early). */
  gracePeriodSeconds: v.optional(wholeNumber(1), 300),
  resources: resources({ cpu: "100m", memory: "256Mi", memoryLimit: "768Mi" }),
});

const OTHER_COMPONENTS: readonly string[] = COMPONENTS.filter((name) => name !== "worker");

const Workers = v.pipe(
  listOf(Worker),
  v.rawCheck(({ dataset, addIssue }) => {
    if (!dataset.typed) return;
    const served = new Set(dataset.value.flatMap((worker) => worker.queues));
    const unserved = QUEUES.filter((name) => !served.has(name));
    if (unserved.length > 0) {
      addIssue({
        message: `serves no worker for ${unserved.join(", ")}: their tasks would pile up`,
      });
    }
    const names = dataset.value.map((worker) => worker.name);
    const repeated = [...new Set(names.filter((name, at) => names.indexOf(name) !== at))];
    if (repeated.length > 0) addIssue({ message: `has two workers named ${repeated.join(", ")}` });
    const taken = names.filter((name) => OTHER_COMPONENTS.includes(name));
    if (taken.length > 0) {
      addIssue({ message: `has a worker with another workload's name: ${taken.join(", ")}` });
    }
  }),
);

const Email = group({
  host: hostName,
  port: v.optional(port, 587),
  user: text,
  /** Implicit TLS on port 465, STARTTLS on any other. */
  useTls: v.optional(flag, true),
  /** A Django backend class; left out, mail goes out by SMTP. */
  backend: v.optional(text),
});

const Media = group({
  storage: v.optional(bytes, "20Gi"),
  /** Web and workers read and write the same files, on any node. */
  accessMode: v.optional(
    v.picklist(["ReadWriteMany", "ReadWriteOnce"], "is not ReadWriteMany or ReadWriteOnce"),
    "ReadWriteMany",
  ),
  storageClass: v.optional(text),
});

const Timeouts = group({
  smokeMinutes: v.optional(wholeNumber(1), 5),
  migrationMinutes: v.optional(wholeNumber(1), 60),
  rolloutMinutes: v.optional(wholeNumber(1), 10),
});

/** One entry for each setting that a stack may set; the key is its name in `Pulumi.<stack>.yaml`. */
const Settings = group({
  context: text,
  namespace: v.optional(dnsLabel, "bookwyrm"),
  domain: hostName,
  /** Names that requests may come in under, beside the domain. */
  allowedHosts: v.optional(v.array(hostName, "is not a list"), []),
  image: releaseImage,
  imagePullPolicy: v.optional(
    v.picklist(["Always", "IfNotPresent"], 'is not "Always" or "IfNotPresent"'),
    "Always",
  ),
  pullSecret: v.optional(dnsLabel, "uostas-registry"),
  registryUsername: text,
  email: Email,
  database: Database,
  redis: Redis,
  media: v.optional(Media, {}),
  web: v.optional(Web, {}),
  workers: Workers,
  network: v.optional(Network, {}),
  admission: v.optional(Admission, {}),
  timeouts: v.optional(Timeouts, {}),
  guardrails: v.optional(Guardrails, {}),
  breakGlass: v.optional(BreakGlassSetting),
  verification: v.optional(Verification, {}),
});

export type Settings = v.InferOutput<typeof Settings>;
export type WebSettings = Settings["web"];
export type WorkerSettings = Settings["workers"][number];
export type DatabaseSettings = Settings["database"];
export type EmailSettings = Settings["email"];
export type MediaSettings = Settings["media"];
export type ResourceSettings = WebSettings["resources"];

export const SETTING_NAMES = Object.keys(Settings.entries);

/** Text in the stack's file; everything else reaches the program as JSON. */
export const TEXT_SETTINGS: readonly string[] = [
  "context",
  "namespace",
  "domain",
  "image",
  "imagePullPolicy",
  "pullSecret",
  "registryUsername",
];

/** What a stack sets and nobody reads: with `guardrails` misspelt, no guard would stand, and none would say so. */
export const unknownNames = (names: readonly string[]): string[] =>
  names.filter((name) => ![...SETTING_NAMES, ...SECRET_NAMES].includes(name)).sort();

/** Judges all settings before it reports any, so that one run shows every mistake. */
export function parseSettings(
  raw: Readonly<Record<string, unknown>>,
): { readonly settings: Settings } | { readonly problems: readonly SettingProblem[] } {
  const result = v.safeParse(Settings, raw);
  const foreign = foreignImages(raw);
  if (result.success && foreign.length === 0) return { settings: result.output };
  return { problems: [...(result.issues ?? []).map(problemIn), ...foreign] };
}

function problemIn(issue: v.BaseIssue<unknown>): SettingProblem {
  const setting = pathOf(issue);
  const problem = issue.message;
  // Its value may be a password, which belongs elsewhere.
  if (issue.expected === "never") return { setting, found: undefined, problem, remedy: "remove" };
  const found = issue.path?.at(-1)?.value;
  const isUnset = found === undefined || found === "";
  const isStructure = typeof found === "object" || /^(?:Object|Array)$/.test(issue.expected ?? "");
  const remedy = isStructure || (isUnset && !TEXT_SETTINGS.includes(setting)) ? "edit" : "set";
  return { setting, found, problem, remedy };
}

function pathOf(issue: v.BaseIssue<unknown>): string {
  return (issue.path ?? [])
    .map(({ key }) => (typeof key === "number" ? `[${key.toString()}]` : `.${String(key)}`))
    .join("")
    .replace(/^\./, "");
}
