import type { Cluster, Executed } from "./cluster.ts";
import type { Pod } from "./objects.ts";
import { withholdingRedactorFor } from "./redact.ts";

/** The last line that a command in a pod wrote, without the pod's secrets: an error may name its own settings. */
export async function lastWords(
  { stdout, stderr }: Executed,
  { pod, cluster }: { readonly pod: Pod; readonly cluster: Pick<Cluster, "secret"> },
  signal: AbortSignal,
): Promise<string> {
  const redact = await withholdingRedactorFor(pod, cluster, signal);
  return redact(`${stdout}\n${stderr}`).trim().split("\n").at(-1) ?? "";
}
