import * as v from "valibot";
import { type Cluster, ConflictError } from "./cluster.ts";

/** What one `wyrm verify` found, about one reference. */
export interface Verification {
  /** With tag and digest. */
  readonly reference: string;
  readonly verdict: "pass" | "fail" | "unknown";
  /** ISO 8601, UTC. */
  readonly at: string;
  /** The last migration of each app; a rollback to here crosses what came later. Left out where no pod said it. */
  readonly heads?: readonly string[];
}

/**
 * Lives beside what it describes: whoever promotes or rolls back reads the cluster, not a file of the
 * machine that verified.
 */
const CONFIG_MAP = "bookwyrm-verification";
const KEY = "history.json";

const KEPT = 10;
/** However many releases failed since: what a rollback may go to. */
const PASSES_KEPT = 3;
const ATTEMPTS = 5;

const History = v.array(
  v.object({
    reference: v.string(),
    verdict: v.picklist(["pass", "fail", "unknown"]),
    at: v.pipe(v.string(), v.isoTimestamp()),
    heads: v.exactOptional(v.array(v.string())),
  }),
);

type Store = Pick<Cluster, "configMap" | "writeConfigMap">;

/** The newest first; empty where nothing was ever verified. @throws where it cannot be read */
export async function verifications(
  cluster: Pick<Cluster, "configMap">,
  signal: AbortSignal,
): Promise<readonly Verification[]> {
  return (await read(cluster, signal)).history;
}

/** The newest reference that passed, other than this one: what a rollback goes to. */
export const lastVerified = (
  history: readonly Verification[],
  except?: string,
): Verification | undefined => passes(history).find(({ reference }) => reference !== except);

/** The verification that this reference passed, where none that it failed came after. */
export const passOf = (
  history: readonly Verification[],
  reference: string,
): Verification | undefined => passes(history).find((pass) => pass.reference === reference);

/** One for each reference that stands as passed: the newest that decides counts, and `unknown` does not. */
function passes(history: readonly Verification[]): Verification[] {
  const decided = history.filter(({ verdict }) => verdict !== "unknown");
  const newest = new Map(decided.toReversed().map((entry) => [entry.reference, entry]));
  return decided.filter(
    (entry) => entry.verdict === "pass" && newest.get(entry.reference) === entry,
  );
}

/** Adds one at the front; who writes at the same time is not lost. */
export async function recordVerification(
  cluster: Store,
  verification: Verification,
  signal: AbortSignal,
): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    const { history, resourceVersion } = await read(cluster, signal);
    const data = { [KEY]: JSON.stringify(shorten([verification, ...history]), undefined, 2) };
    try {
      await cluster.writeConfigMap({ name: CONFIG_MAP, data, resourceVersion }, signal);
      return;
    } catch (error) {
      if (!(error instanceof ConflictError) || attempt === ATTEMPTS) throw error;
    }
  }
}

/** A nightly run adds one a day: of the same reference only the newest of each verdict is kept. */
function shorten(history: readonly Verification[]): Verification[] {
  const newest = new Map<string, Verification>();
  for (const entry of history) {
    const key = `${entry.reference} ${entry.verdict}`;
    if (!newest.has(key)) newest.set(key, entry);
  }
  const goals = passes(history).slice(0, PASSES_KEPT);
  return [...newest.values()].filter((entry, index) => index < KEPT || goals.includes(entry));
}

async function read(
  cluster: Pick<Cluster, "configMap">,
  signal: AbortSignal,
): Promise<{ history: readonly Verification[]; resourceVersion: string | undefined }> {
  const configMap = await cluster.configMap(CONFIG_MAP, signal);
  if (configMap === undefined) return { history: [], resourceVersion: undefined };
  const resourceVersion = configMap.metadata.resourceVersion;
  try {
    const history = v.parse(History, JSON.parse(configMap.data?.[KEY] ?? ""));
    return { history, resourceVersion };
  } catch (error) {
    throw new Error(
      `the ConfigMap ${CONFIG_MAP} does not hold a history of verifications; delete it, and verify again`,
      { cause: error },
    );
  }
}
