import type { Outcome } from "../check.ts";
import type { Cluster } from "../cluster/cluster.ts";
import { passOf, verifications } from "../cluster/verification-record.ts";

export interface OwnRecord {
  /** The one that is deployed to, not staging's. */
  readonly cluster: Pick<Cluster, "configMap">;
  /** What is about to be deployed. */
  readonly reference: string;
  readonly signal: AbortSignal;
}

/**
 * What ran here, and passed the last verification that could tell, needs no proof from staging, which may
 * be trying the next release by now: this is how a rollback, or a change of settings alone, gets through.
 */
export async function unlessVerifiedHere(
  { cluster, reference, signal }: OwnRecord,
  judge: () => Promise<Outcome>,
): Promise<Outcome> {
  const earlier = passOf(await verifications(cluster, signal), reference);
  if (earlier === undefined) return judge();
  return {
    verdict: "pass",
    summary: `This very reference ran here and was verified at ${earlier.at}.`,
  };
}
