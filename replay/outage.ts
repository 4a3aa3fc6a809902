import { setTimeout as sleep } from "node:timers/promises";
import { attempt, type Ending } from "./attempt.ts";
import type { Bench } from "./bench.ts";
import { lastLine } from "./run.ts";
import { type Attempt, FAILURES, type Failure, type Run } from "./result.ts";

const STATUS_SECONDS = 15;
/** How long the site is watched after the deployment: nothing would end the outage. */
const WATCH_MS = 8_000;

/** The deployments as the team ran them, one after the other, with nothing in their way. */
export async function outage(bench: Bench, failures: readonly Failure[]): Promise<Run> {
  const { timeline, repository } = bench;
  const attempts: Attempt[] = [];
  for (const failure of failures) {
    timeline.say(`Nothing in the way: ${FAILURES[failure]}`);
    const intendedDigest = await repository.push(failure);
    timeline.say(`pushed as ${repository.moving}: ${intendedDigest}`);
    attempts.push(await unguarded(bench, { failure, intendedDigest }));
  }
  return { name: "nothing in the way", layers: [], attempts };
}

export interface Candidate {
  readonly failure: Failure;
  /** Of the tag in the registry. */
  readonly intendedDigest: string;
}

/** One deployment with kubectl alone. */
async function unguarded(bench: Bench, candidate: Candidate): Promise<Attempt> {
  const { timeline, requests, site } = bench;
  const made = await attempt({
    timeline,
    requests,
    ...candidate,
    deploy: () => deployAndWatch(bench),
    runningDigests: () => site.runningDigests(),
  });
  const isBroken = made.secondsWithoutService > 0 || !runs(made, candidate.intendedDigest);
  const isMeant = made.runningDigests.includes(candidate.intendedDigest);
  timeline.say(
    `${made.secondsWithoutService.toString()} s without service; the pods run ${made.runningDigests.join(", ")}${isMeant ? "" : ", which is not what the tag names"}`,
  );
  return { ...made, outcome: isBroken ? "broken" : "deployed" };
}

const runs = ({ runningDigests }: Attempt, digest: string): boolean =>
  runningDigests.length === 1 && runningDigests[0] === digest;

/** Applies the manifest, waits as CI does, and goes on looking for a while. */
export async function deployAndWatch({
  timeline,
  site,
  repository,
  signal,
}: Bench): Promise<Ending> {
  const deployed = await site.deploy(repository.moving);
  timeline.say(`kubectl: ${lastLine(deployed.output)}`);
  const status = await site.rolloutStatus(STATUS_SECONDS);
  const evidence = `kubectl rollout status: ${lastLine(status.output)} (exit code ${status.exitCode.toString()})`;
  timeline.say(evidence);
  await sleep(WATCH_MS, undefined, { signal });
  return { outcome: "deployed", evidence };
}
