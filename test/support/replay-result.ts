import {
  type Attempt,
  type Failure,
  FAILURES,
  type Layer,
  LAYERS,
  type ReplayResult,
  type Run,
} from "../../replay/result.ts";

/** Begins with twelve digits that tell it apart, as digests do. */
const digest = (head: string): string => `sha256:${head.padEnd(64, "0123456789abcdef")}`;

const OLD = digest("9607963d979c");
const PUSHED: Readonly<Record<Failure, string>> = {
  "image-without-code": digest("20a045fd320d"),
  "fix-not-pushed": digest("eb121a20fe63"),
  "cached-image": digest("1925181d1fa1"),
};
const ALL_FAILURES = Object.keys(FAILURES) as Failure[];
const ALL_LAYERS = Object.keys(LAYERS) as Layer[];

/** How long a deployment takes, and how many requests are sent meanwhile. */
const DEPLOYMENT_SECONDS = 9;
const PAUSE_SECONDS = 2;
const REQUESTS_PER_SECOND = 10;
const SENT = DEPLOYMENT_SECONDS * REQUESTS_PER_SECOND;

const STOPPED_BY: Readonly<Record<Layer, string>> = {
  settings: "the setting bookwyrm:image",
  policy: "the rule image-has-digest",
  guards: "image-revision, image-tag-matches",
  jobs: "the smoke Job",
  rollout: "readiness probe, minReadySeconds and maxUnavailable",
  admission: "the API server",
  verification: "images-running, soak",
};

const EVIDENCE: Readonly<Record<Layer, string>> = {
  settings:
    'bookwyrm:image "127.0.0.1:5443/uostas/replay:release-0.8.2" has no digest, so its bytes can change; the form is <registry>/<repository>:release-<version>-<git commit>@sha256:<64 hex digits>',
  policy:
    "- [mandatory] [severity: critical]  image-has-digest  (kubernetes:apps/v1:Deployment: web)",
  guards:
    "image-tag-matches: The tag release-0.8.2 points at another image than the pinned one: it was pushed again.",
  jobs: "ModuleNotFoundError: No module named 'bookwyrm'",
  rollout: "kubectl rollout status: error: timed out waiting for the condition (exit code 1)",
  admission:
    "deployments.apps \"web\" is forbidden: ValidatingAdmissionPolicy 'bookwyrm-pinned-images' denied request: no sha256 digest: 127.0.0.1:5443/uostas/replay:release-0.8.2.",
  verification: `images-running: web-6c686fbdfc-965hk/web runs ${PUSHED["image-without-code"]}, pinned is ${PUSHED["cached-image"]}`,
};

type Seen = Pick<Attempt, "outcome" | "evidence" | "runningDigests" | "requestsFailed"> &
  Partial<Attempt>;

/** One deployment after the other, each at its time. */
class Clock {
  #now = 8;

  attempt(failure: Failure, seen: Seen): Attempt {
    const startedAt = this.#now;
    const endedAt = startedAt + DEPLOYMENT_SECONDS;
    this.#now = endedAt + PAUSE_SECONDS;
    return {
      failure,
      startedAt,
      endedAt,
      intendedDigest: PUSHED[failure],
      requestsSent: SENT,
      secondsWithoutService: seen.requestsFailed / REQUESTS_PER_SECOND,
      ...seen,
    };
  }
}

/** As the lab measures it, with one cell that is meant to be empty. */
export function replayResult(): ReplayResult {
  const clock = new Clock();
  const outage: Run = {
    name: "nothing in the way",
    layers: [],
    attempts: ALL_FAILURES.map((failure) =>
      clock.attempt(failure, {
        outcome: "broken",
        evidence: 'kubectl rollout status: deployment "web" successfully rolled out (exit code 0)',
        runningDigests: [PUSHED["image-without-code"]],
        requestsFailed: failure === "image-without-code" ? 77 : SENT,
      }),
    ),
  };
  const withAllLayers: Run = {
    name: "all layers",
    layers: ALL_LAYERS,
    attempts: [
      ...ALL_FAILURES.map((failure) => clock.attempt(failure, stopped("guards"))),
      clock.attempt("cached-image", {
        outcome: "deployed",
        evidence: "wyrm deploy: deployed and verified",
        runningDigests: [PUSHED["cached-image"]],
        requestsFailed: 0,
      }),
    ],
  };
  const ablation = ALL_LAYERS.map((layer): Run => ({
    name: LAYERS[layer],
    layers: [layer],
    attempts: ALL_FAILURES.map((failure) => clock.attempt(failure, alone(layer, failure))),
  }));
  const runs = [outage, withAllLayers, ...ablation];
  const attempts = runs.flatMap((run) => run.attempts);
  return {
    startedAt: "2026-11-24T15:48:34.696Z",
    seconds: (attempts.at(-1)?.endedAt ?? 0) + 1.4,
    outage,
    withAllLayers,
    ablation,
    gaps: [
      {
        layer: "jobs",
        failure: "cached-image",
        why: "The smoke test imports the code that the node has, and that code is there: it is the wrong one.",
      },
    ],
    served: attempts.flatMap(servedDuring),
    timeline: runs.flatMap(({ name, attempts }) =>
      attempts.map(({ startedAt, failure, outcome }) => ({
        at: startedAt,
        text: `${name}: ${FAILURES[failure]}: ${outcome}`,
      })),
    ),
  };
}

const stopped = (layer: Layer): Seen => ({
  outcome: "stopped",
  stoppedBy: STOPPED_BY[layer],
  secondsToStop: layer === "settings" ? 0 : 0.8,
  evidence: EVIDENCE[layer],
  runningDigests: [OLD],
  requestsFailed: 0,
});

function alone(layer: Layer, failure: Failure): Seen {
  if (layer === "verification") {
    return {
      ...stopped(layer),
      outcome: "called",
      secondsToStop: 2.1,
      secondsAfterRollout: 0.9,
      runningDigests: [PUSHED["image-without-code"]],
      requestsFailed: 75,
    };
  }
  if (layer !== "jobs" || failure !== "cached-image") return stopped(layer);
  return {
    outcome: "broken",
    evidence: 'kubectl rollout status: deployment "web" successfully rolled out (exit code 0)',
    runningDigests: [PUSHED["image-without-code"]],
    requestsFailed: SENT,
  };
}

/** The site breaks a while after a deployment began, and stays so until its end. */
const servedDuring = ({ startedAt, requestsFailed }: Attempt): ReplayResult["served"] =>
  Array.from({ length: DEPLOYMENT_SECONDS }, (_, second) => {
    const before = SENT - requestsFailed - second * REQUESTS_PER_SECOND;
    const served = Math.min(Math.max(before, 0), REQUESTS_PER_SECOND);
    return { second: startedAt + second, served, failed: REQUESTS_PER_SECOND - served };
  });

/** The same result with this text wherever a tool or a registry had a word. */
export function hostileResult(text: string): ReplayResult {
  const result = replayResult();
  const hostile = (run: Run): Run => ({
    ...run,
    name: text,
    attempts: run.attempts.map((attempt) => ({
      ...attempt,
      stoppedBy: text,
      evidence: text,
      intendedDigest: text,
      runningDigests: [text, text],
    })),
  });
  return {
    ...result,
    startedAt: text,
    outage: hostile(result.outage),
    withAllLayers: hostile(result.withAllLayers),
    ablation: result.ablation.map(hostile),
    gaps: result.gaps.map((gap) => ({ ...gap, why: text })),
    timeline: result.timeline.map((moment) => ({ ...moment, text })),
  };
}
