import { ConfigMap } from "@pulumi/kubernetes/core/v1/configMap.js";
import type { types } from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

const HEARTBEAT_FILE = "/tmp/heartbeat";
export const WORKER_HEARTBEAT = "bookwyrm_worker_heartbeat";
export const BEAT_SCHEDULER = "bookwyrm_beat_heartbeat:Scheduler";

/**
 * Celery sends `heartbeat_sent` every 2 s while the worker is connected to its broker, and
 * `worker_ready` once it takes tasks (celery/signals.py). Loaded with `celery worker --include`.
 */
const WORKER_MODULE = `\
import pathlib

from celery.signals import heartbeat_sent, worker_ready

HEARTBEAT = pathlib.Path("${HEARTBEAT_FILE}")


@worker_ready.connect
@heartbeat_sent.connect
def touch(**_):
    HEARTBEAT.touch()
`;

/** beat calls \`tick\` at least every 5 s, with or without a task that is due (django_celery_beat). */
const BEAT_MODULE = `\
import pathlib

from django_celery_beat.schedulers import DatabaseScheduler

HEARTBEAT = pathlib.Path("${HEARTBEAT_FILE}")


class Scheduler(DatabaseScheduler):
    def tick(self, *args, **kwargs):
        wait = super().tick(*args, **kwargs)
        HEARTBEAT.touch()
        return wait
`;

export interface HeartbeatsArgs {
  readonly namespace: pulumi.Input<string>;
  readonly labels: Readonly<Record<string, string>>;
}

/** Python modules that let worker and beat, which have no port, show that they are alive. */
export class Heartbeats extends pulumi.ComponentResource {
  readonly name: pulumi.Output<string>;

  constructor(name: string, args: HeartbeatsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("bookwyrm:components:Heartbeats", name, {}, opts);
    const modules = new ConfigMap(
      name,
      {
        metadata: { namespace: args.namespace, labels: args.labels },
        data: {
          "bookwyrm_worker_heartbeat.py": WORKER_MODULE,
          "bookwyrm_beat_heartbeat.py": BEAT_MODULE,
        },
      },
      { parent: this },
    );
    this.name = modules.metadata.name;
    this.registerOutputs({ name: this.name });
  }
}

type Probes = Pick<
  types.input.core.v1.Container,
  "startupProbe" | "readinessProbe" | "livenessProbe"
>;

const FRESH_SECONDS = 30;

/** @param restartAfterSeconds How old the heartbeat must be before the container is restarted. */
export const heartbeatProbes = (restartAfterSeconds: number): Probes => ({
  startupProbe: { ...youngerThan(FRESH_SECONDS), periodSeconds: 3, failureThreshold: 60 },
  readinessProbe: { ...youngerThan(FRESH_SECONDS), periodSeconds: 15, failureThreshold: 2 },
  livenessProbe: { ...youngerThan(restartAfterSeconds), periodSeconds: 30, failureThreshold: 2 },
});

/**
 * Costs 13 ms of CPU each time, since no Django is loaded; `celery inspect ping` costs 500 ms. What it
 * prints is the text of the pod's event.
 */
function youngerThan(seconds: number): types.input.core.v1.Probe {
  const script = `\
import os, sys, time
if not os.path.exists("${HEARTBEAT_FILE}"):
    sys.exit("no heartbeat yet")
age = time.time() - os.stat("${HEARTBEAT_FILE}").st_mtime
if age > ${seconds.toString()}:
    sys.exit(f"the last heartbeat is {age:.0f} s old, more than ${seconds.toString()} s")
`;
  return { exec: { command: ["python", "-c", script] }, timeoutSeconds: 5 };
}
