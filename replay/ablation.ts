import { setTimeout as sleep } from "node:timers/promises";
import { attempt, type Ending } from "./attempt.ts";
import type { Bench } from "./bench.ts";
import { admission } from "./layers/admission.ts";
import { guards } from "./layers/guards.ts";
import { jobs } from "./layers/jobs.ts";
import type { Layer, Trial } from "./layers/layer.ts";
import { policy } from "./layers/policy.ts";
import { rollout } from "./layers/rollout.ts";
import { settings } from "./layers/settings.ts";
import { verification } from "./layers/verification.ts";
import { deployAndWatch } from "./outage.ts";
import {
  type Attempt,
  FAILURES,
  type Failure,
  type Layer as LayerName,
  LAYERS,
  type Run,
} from "./result.ts";

const ALL: Readonly<Record<LayerName, Layer>> = {
  settings,
  policy,
  guards,
  jobs,
  rollout,
  admission,
  verification,
};

/** How long the old pods are watched after a deployment was stopped. */
const WATCH_MS = 1_000;

export interface AblationArgs {
  readonly layers: readonly LayerName[];
  readonly failures: readonly Failure[];
  /** That the node has for the tag. */
  readonly cachedDigest: string;
}

/** Every failure against every layer, with no other between it and the site. */
export async function ablation(bench: Bench, args: AblationArgs): Promise<Run[]> {
  const runs: Run[] = [];
  for (const name of args.layers) {
    const layer = ALL[name];
    bench.timeline.say(`Only ${LAYERS[name]}`);
    await bench.serveOld(layer.hardening);
    await layer.setUp?.(bench);
    const attempts: Attempt[] = [];
    for (const failure of args.failures) {
      attempts.push(await alone(layer, { bench, failure, cachedDigest: args.cachedDigest }));
    }
    await layer.tearDown?.(bench);
    runs.push({ name: LAYERS[name], layers: [name], attempts });
  }
  return runs;
}

async function alone(layer: Layer, of: Omit<Trial, "intendedDigest">): Promise<Attempt> {
  const { bench, failure } = of;
  const { timeline, requests, repository, site } = bench;
  const intendedDigest = await repository.push(failure);
  const made = await attempt({
    timeline,
    requests,
    failure,
    intendedDigest,
    deploy: () => tried(layer, { ...of, intendedDigest }),
    runningDigests: () => site.runningDigests(),
  });
  const { outcome, stoppedBy = "nothing", secondsToStop = 0, requestsFailed } = made;
  timeline.say(
    `${FAILURES[failure]}: ${outcome} by ${stoppedBy} after ${secondsToStop.toFixed(1)} s, ${requestsFailed.toString()} requests failed`,
  );
  if (outcome !== "stopped") await bench.serveOld(layer.hardening);
  return made;
}

async function tried(layer: Layer, trial: Trial): Promise<Ending> {
  const { bench } = trial;
  const stop = await layer.tries(trial);
  if (stop === undefined) return { ...(await deployAndWatch(bench)), outcome: "broken" };
  const { outcome, by, evidence, at = bench.timeline.now(), secondsAfterRollout } = stop;
  await sleep(WATCH_MS, undefined, { signal: bench.signal });
  return {
    outcome,
    stoppedBy: by,
    evidence,
    stoppedAt: at,
    ...(secondsAfterRollout !== undefined && { secondsAfterRollout }),
  };
}
