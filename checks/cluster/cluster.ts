import type { HttpResponse } from "../http.ts";
import { NoAnswer } from "../no-answer.ts";
import type { ConfigMap, Listed, Secret } from "./objects.ts";

/** One namespace of a cluster, as the checks see it. Every call ends when its signal is aborted. */
export interface Cluster {
  readonly namespace: string;
  /** By the API server's clock, to the second: what it writes down can be compared with that. */
  readonly now: (signal: AbortSignal) => Promise<Date>;
  /** All objects of a kind, page by page; nodes are those of the whole cluster. */
  readonly list: <Kind extends keyof Listed>(
    kind: Kind,
    signal: AbortSignal,
  ) => Promise<readonly Listed[Kind][]>;
  /** undefined where there is none. */
  readonly secret: (name: string, signal: AbortSignal) => Promise<Secret | undefined>;
  /** undefined where there is none. */
  readonly configMap: (name: string, signal: AbortSignal) => Promise<ConfigMap | undefined>;
  /** @throws ConflictError where somebody else changed or made it meanwhile */
  readonly writeConfigMap: (configMap: NewConfigMap, signal: AbortSignal) => Promise<void>;
  readonly log: (from: LogOf, signal: AbortSignal) => Promise<string>;
  readonly execute: (
    container: ContainerName,
    command: readonly string[],
    signal: AbortSignal,
  ) => Promise<Executed>;
  /** Asks a Service over HTTP, through the API server. */
  readonly ask: (target: Target, signal: AbortSignal) => Promise<HttpResponse>;
  /** Deletes an object of any kind and namespace, and waits until it and all that it owns are gone. @returns whether it was there */
  readonly remove: (object: ObjectName, signal: AbortSignal) => Promise<boolean>;
}

export interface ObjectName {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace: string };
}

export interface ContainerName {
  readonly pod: string;
  readonly container: string;
}

export interface LogOf extends ContainerName {
  /** Of the run before the last restart. */
  readonly previous: boolean;
  readonly lines: number;
}

export interface Executed {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Target {
  readonly service: string;
  /** Number or name. */
  readonly port: string;
  readonly path: string;
  /** The Host header that the pod sees. */
  readonly host: string;
}

export interface NewConfigMap {
  readonly name: string;
  readonly data: Readonly<Record<string, string>>;
  /** Of the one that was read; undefined where it must not be there yet. */
  readonly resourceVersion: string | undefined;
}

/** The API server cannot be reached, refuses, or answers what cannot be read. */
export class ClusterError extends NoAnswer {
  constructor(message: string, options?: ErrorOptions) {
    super(message, REMEDY, options);
  }
}

const REMEDY =
  "Look at the API server that the stack's context leads to, and at what its user may do there; then run it again.";

/** Somebody else wrote first. */
export class ConflictError extends ClusterError {}
