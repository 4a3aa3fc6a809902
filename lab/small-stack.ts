import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { QUEUES } from "../model/queues.ts";

const FILE = join(import.meta.dirname, "local-stack.yaml");

/** Of a process of BookWyrm. */
export const SMALL = { requests: { cpu: "10m", memory: "128Mi" } };

export interface SmallStack {
  readonly namespace: string;
  readonly image: string;
  readonly postgres: string;
  readonly redis: string;
  /** @default 1 */
  readonly webReplicas?: number;
  readonly workerGraceSeconds: number;
}

/** The stack `local` as small as it gets, with one worker: the node is small, and no stack has it alone. */
export function smallStack(args: SmallStack): Record<string, unknown> {
  const { namespace, image, postgres, redis, webReplicas = 1, workerGraceSeconds } = args;
  const { config } = parse(readFileSync(FILE, "utf8")) as {
    readonly config: Readonly<Record<string, object>>;
  };
  return {
    ...config,
    "bookwyrm:namespace": namespace,
    "bookwyrm:image": image,
    "bookwyrm:database": { ...config["bookwyrm:database"], image: postgres },
    "bookwyrm:redis": { ...config["bookwyrm:redis"], image: redis },
    "bookwyrm:web": { replicas: webReplicas, workers: 1, resources: SMALL },
    "bookwyrm:workers": [
      {
        name: "worker",
        queues: [...QUEUES],
        concurrency: 2,
        gracePeriodSeconds: workerGraceSeconds,
        resources: SMALL,
      },
    ],
  };
}
