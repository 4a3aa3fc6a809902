import { type Container, readContainer } from "./pods.ts";
import type { Value } from "./read.ts";

const PROBES = ["startupProbe", "readinessProbe", "livenessProbe"];

const HOOKS = ["lifecycle.postStart", "lifecycle.preStop"];

/** The ways in which a probe asks (core/v1, ProbeHandler). */
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
