import { randomBytes } from "node:crypto";
import { ApiError, Cluster, type Kind, kindOf, nameOf } from "./cluster.ts";
import type { Configuration } from "./configuration.ts";
import { type Difference, difference } from "./difference.ts";
import { NotReady, UserError } from "./failures.ts";
import { type AutonamingOptions, withName } from "./naming.ts";
import { readinessOf } from "./readiness.ts";
import {
  conceal,
  hasUnknown,
  isObject,
  type Json,
  type JsonObject,
  type Path,
  reveal,
  textAt,
} from "./values.ts";
import { type Outcome, timeoutSeconds, untilGone, untilReady } from "./wait.ts";

const FIELD_MANAGER = "__fieldManager";
const INITIAL_API_VERSION = "__initialApiVersion";
const REPLACE_UNREADY = "pulumi.com/replaceUnready";
const PATCH_FORCE = "pulumi.com/patchForce";
const PATCH_FIELD_MANAGER = "pulumi.com/patchFieldManager";

/** What to do where somebody else has changed fields that the program sets. */
const TAKE_OVER =
  `\nTo take these fields over, set the annotation ${PATCH_FORCE}: "true" for one update; ` +
  "or undo the change with the tool that made it.";

/** Built-in kinds without a namespace, for previews without a cluster to ask. */
const CLUSTER_SCOPED =
  /^(?:Namespace|Node|PersistentVolume|StorageClass|IngressClass|PriorityClass|RuntimeClass|CustomResourceDefinition|ClusterRole|ClusterRoleBinding|.*AdmissionPolicy|.*AdmissionPolicyBinding|.*WebhookConfiguration)$/;

export interface State {
  readonly id: string;
  /** With secrets marked. */
  readonly properties: JsonObject;
}

export interface Apply {
  readonly urn: string;
  /** With secrets marked. */
  readonly inputs: JsonObject;
  /** What the engine remembers of the object; undefined for a new one. */
  readonly old: JsonObject | undefined;
  /** Seconds; 0 where the program does not say. */
  readonly timeout: number;
  readonly isPreview: boolean;
}

export interface Operations {
  readonly configuration: Configuration;
  readonly signal: AbortSignal;
  /** Shown under the resource while it is under way. */
  readonly report: (urn: string, message: string) => void;
}

/** Completes what the program asked for: a name and a namespace, where it has none. */
export async function check(
  { configuration: { cluster } }: Operations,
  inputs: JsonObject,
  oldInputs: JsonObject,
  logicalName: string,
  seed: Uint8Array,
  autonaming: AutonamingOptions | undefined,
): Promise<JsonObject> {
  if (!isObject(inputs["metadata"] ?? {})) return inputs;
  const named = withName(inputs, logicalName, seed, oldInputs, autonaming);
  const metadata = isObject(named["metadata"]) ? named["metadata"] : {};
  if (metadata["namespace"] !== undefined) return named;
  const kind = kindOf(named);
  if (!(await isNamespaced(cluster, kind))) return named;
  const namespace = cluster instanceof Cluster ? cluster.namespace : "default";
  return { ...named, metadata: { ...metadata, namespace } };
}

async function isNamespaced(cluster: Configuration["cluster"], kind: Kind): Promise<boolean> {
  if (!(cluster instanceof Cluster)) return !CLUSTER_SCOPED.test(kind.kind);
  // A kind that the cluster does not know yet may come with another resource of the same program.
  return cluster.isNamespaced(kind).catch(() => !CLUSTER_SCOPED.test(kind.kind));
}

export async function diff(
  { configuration }: Operations,
  oldInputs: JsonObject,
  newInputs: JsonObject,
  old: JsonObject,
): Promise<Difference> {
  const kind = kindOf(newInputs);
  const found = difference(reveal(oldInputs).value, reveal(newInputs).value, kind, configuration);
  if (!(await isToBeReplacedUnready(configuration.cluster, newInputs, old))) return found;
  const path = `metadata.annotations["${REPLACE_UNREADY}"]`;
  return {
    ...found,
    changes: new Map([...found.changes, [path, "update"]]),
    replaces: [...found.replaces, path],
  };
}

/** A Job that failed can only be tried again as a new Job. */
async function isToBeReplacedUnready(
  cluster: Configuration["cluster"],
  inputs: JsonObject,
  old: JsonObject,
): Promise<boolean> {
  const isAsked = textAt(inputs, "metadata", "annotations", REPLACE_UNREADY) === "true";
  if (!isAsked || !(cluster instanceof Cluster)) return false;
  const { value } = reveal(old);
  const live = await cluster.get(
    kindOf(value),
    textAt(value, "metadata", "namespace"),
    nameOf(value),
  );
  return live !== undefined && (await readinessOf(live, cluster)).state !== "ready";
}

/** Creates or updates by server-side apply, and waits until the object is ready. */
export async function apply(operations: Operations, request: Apply): Promise<State> {
  const { configuration, signal, report } = operations;
  const { urn, inputs, old, isPreview } = request;
  const { cluster } = configuration;
  const { value: object, secrets } = reveal(inputs);
  const id = idOf(object);
  // A namespace, a name or an image that is not known yet cannot be sent anywhere.
  if (isPreview && hasUnknown(object)) return { id: "", properties: inputs };
  if (!(cluster instanceof Cluster)) {
    if (isPreview) return { id: "", properties: inputs };
    throw new UserError(`The Kubernetes cluster cannot be reached: ${cluster.unreachable}`);
  }
  const fieldManager =
    textAt(object, "metadata", "annotations", PATCH_FIELD_MANAGER) ??
    textAt(old, FIELD_MANAGER) ??
    `pulumi-kubernetes-${randomBytes(4).toString("hex")}`;
  const force = textAt(object, "metadata", "annotations", PATCH_FORCE) === "true";
  const marked = (live: JsonObject): JsonObject =>
    conceal(
      {
        ...live,
        [FIELD_MANAGER]: fieldManager,
        [INITIAL_API_VERSION]: object["apiVersion"] ?? null,
      },
      outputSecrets(object, secrets),
    );

  let applied: JsonObject;
  try {
    applied = await cluster.apply(object, { fieldManager, force, dryRun: isPreview });
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    // Its namespace, or the definition of its kind, is created by the same program.
    if (isPreview && error.status === 404) return { id: "", properties: inputs };
    const remedy = error.status === 409 ? TAKE_OVER : "";
    throw new UserError(`The API server refuses ${describe(object)}: ${error.message}${remedy}`);
  }
  if (isPreview)
    return { id, properties: old === undefined ? marked(asPlanned(applied)) : marked(applied) };

  const seconds = timeoutSeconds(request.timeout, object);
  const outcome = await untilReady(cluster, applied, seconds, signal, (message) => {
    report(urn, message);
  });
  if (outcome.state === "ready") return { id, properties: marked(outcome.live) };
  throw new NotReady(
    id,
    marked(outcome.live),
    inputs,
    inWords(outcome, object, seconds),
    outcome.reasons,
  );
}

function inWords(
  outcome: Exclude<Outcome, { state: "ready" }>,
  object: JsonObject,
  seconds: number,
): string {
  switch (outcome.state) {
    case "failed":
      return `${describe(object)} failed`;
    case "timed out":
      return `${describe(object)} was not ready after ${seconds.toString()} s`;
    case "cancelled":
      return "the update was cancelled";
  }
}

const describe = (object: JsonObject): string =>
  `${textAt(object, "kind") ?? "object"} ${idOf(object)}`;

function idOf(object: JsonObject): string {
  const namespace = textAt(object, "metadata", "namespace");
  return namespace === undefined ? nameOf(object) : `${namespace}/${nameOf(object)}`;
}

/** What a dry run makes up for an object that does not exist will be something else in the end. */
function asPlanned(applied: JsonObject): JsonObject {
  const { status: _status, metadata, ...rest } = applied;
  const made = ["uid", "resourceVersion", "creationTimestamp", "managedFields"];
  const kept = Object.entries(isObject(metadata) ? metadata : {}).filter(
    ([key]) => !made.includes(key),
  );
  return { ...rest, metadata: Object.fromEntries(kept) };
}

const outputSecrets = (object: JsonObject, secrets: readonly Path[]): readonly Path[] =>
  object["kind"] === "Secret" ? [...secrets, ["data"], ["stringData"]] : secrets;

export interface ReadState extends State {
  /** With secrets marked. */
  readonly inputs: JsonObject;
}

/** Reads an object for a refresh, or for an import where nothing is remembered of it. */
export async function read(
  { configuration: { cluster } }: Operations,
  kind: Kind,
  id: string,
  old: JsonObject,
  oldInputs: JsonObject,
): Promise<ReadState | undefined> {
  if (!(cluster instanceof Cluster)) {
    throw new UserError(`The Kubernetes cluster cannot be reached: ${cluster.unreachable}`);
  }
  const [first = "", second] = id.split("/");
  const [namespace, name] = second === undefined ? [undefined, first] : [first, second];
  const live = await cluster.get(kind, namespace, name);
  if (live === undefined) return undefined;
  const remembered = reveal(oldInputs);
  const isImport = Object.keys(oldInputs).length === 0;
  const inputs = isImport ? asInputs(live) : (project(live, remembered.value) as JsonObject);
  const fieldManager = old[FIELD_MANAGER];
  const outputs = {
    ...live,
    ...(fieldManager !== undefined && { [FIELD_MANAGER]: fieldManager }),
    [INITIAL_API_VERSION]: kind.apiVersion,
  };
  const secrets = outputSecrets(live, remembered.secrets);
  return { id, properties: conceal(outputs, secrets), inputs: conceal(inputs, secrets) };
}

/** The live values of what the program once asked for; what the server adds on its own is no drift. */
function project(live: Json | undefined, asked: Json): Json {
  if (live === undefined) return asked;
  if (Array.isArray(asked) && Array.isArray(live)) {
    return live.map((item, index) => project(item, asked[index] ?? item));
  }
  if (isObject(asked) && isObject(live)) {
    return Object.fromEntries(
      Object.entries(asked).map(([key, value]) => [key, project(live[key], value)]),
    );
  }
  return live;
}

/** An imported object without what only the server writes. */
function asInputs(live: JsonObject): JsonObject {
  const { status: _status, metadata, ...rest } = live;
  const kept = ["name", "namespace", "labels", "annotations"];
  const entries = Object.entries(isObject(metadata) ? metadata : {});
  return { ...rest, metadata: Object.fromEntries(entries.filter(([key]) => kept.includes(key))) };
}

export async function remove(
  { configuration: { cluster }, signal }: Operations,
  old: JsonObject,
  timeout: number,
): Promise<void> {
  if (!(cluster instanceof Cluster)) {
    throw new UserError(`The Kubernetes cluster cannot be reached: ${cluster.unreachable}`);
  }
  const { value } = reveal(old);
  const namespace = textAt(value, "metadata", "namespace");
  await cluster.delete(kindOf(value), namespace, nameOf(value));
  await untilGone(cluster, value, timeoutSeconds(timeout, value), signal);
}
