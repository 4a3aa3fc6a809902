import { type Container, readContainer } from "./pods.ts";
import type { Value } from "./read.ts";

export const PROBES = ["startupProbe", "readinessProbe", "livenessProbe"] as const;

const HOOKS = ["lifecycle.postStart", "lifecycle.preStop"];

/** What a probe or a hook may do (core/v1, ProbeHandler and LifecycleHandler; sleep is of hooks alone). */
export const HANDLERS = ["httpGet", "tcpSocket", "exec", "grpc"] as const;

/** A probe or a lifecycle hook of a container. */
export interface Handler {
  readonly path: string;
  readonly read: (...path: readonly string[]) => Value;
}

/** Everything that the kubelet does to a container by itself. */
export const handlersOf = (container: Container): Handler[] =>
  [...PROBES, ...HOOKS].map((name) => ({
    path: `${container.path}.${name}`,
    read: (...path) => readContainer(container, ...name.split("."), ...path),
  }));
