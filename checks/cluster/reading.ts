import type { Cluster } from "./cluster.ts";
import type { Listed } from "./objects.ts";

/** What the cluster held at one time; every kind is listed once, when the first check asks for it. */
export interface Reading {
  readonly list: <Kind extends keyof Listed>(kind: Kind) => Promise<readonly Listed[Kind][]>;
}

/** @param signal Ends the lists, whichever check waits for them. */
export function takeReading(cluster: Pick<Cluster, "list">, signal: AbortSignal): Reading {
  const lists = new Map<keyof Listed, Promise<readonly unknown[]>>();
  return {
    list: <Kind extends keyof Listed>(kind: Kind) => {
      const list = lists.get(kind) ?? cluster.list(kind, signal);
      lists.set(kind, list);
      return list as Promise<readonly Listed[Kind][]>;
    },
  };
}
