import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { type CheckResult, runChecks } from "../../checks/check.ts";
import type { Cluster } from "../../checks/cluster/cluster.ts";
import { connect } from "../../checks/cluster/connect.ts";
import { crashReport } from "../../checks/cluster/crash-report.ts";
import { migrationsIn } from "../../checks/cluster/migrations.ts";
import { takeReading } from "../../checks/cluster/reading.ts";
import { recordVerification, verifications } from "../../checks/cluster/verification-record.ts";
import { readyPod } from "../../checks/cluster/workloads.ts";
import { crashLogsCheck } from "../../checks/post/crash-logs.ts";
import { type Expected, expectedOf } from "../../checks/post/expected.ts";
import { imagesRunningCheck } from "../../checks/post/images-running.ts";
import { jobsCompleteCheck } from "../../checks/post/jobs-complete.ts";
import { registrySecretCheck } from "../../checks/post/registry-secret.ts";
import { rolloutCompleteCheck } from "../../checks/post/rollout-complete.ts";
import { schemaCurrentCheck } from "../../checks/post/schema-current.ts";
import { servedVersionCheck } from "../../checks/post/served-version.ts";
import { singleBeatCheck } from "../../checks/post/single-beat.ts";
import { soakCheck } from "../../checks/post/soak.ts";
import { warningEventsCheck } from "../../checks/post/warning-events.ts";
import { workersAnswerCheck } from "../../checks/post/workers-answer.ts";
import { migrationsKnownCheck } from "../../checks/pre/migrations-known.ts";
import { stagingHealthyCheck } from "../../checks/pre/staging-healthy.ts";
import { ensureImages } from "../../lab/images/lab-images.ts";
import { ensureSample } from "../../lab/images/sample.ts";
import { up } from "../../lab/lab.ts";
import { stderrProgress } from "../../lab/progress.ts";
import { smallStack } from "../../lab/small-stack.ts";
import { parseReleaseImage, type ReleaseImage } from "../../model/pinned-image.ts";
import { parseSettings, SETTING_NAMES } from "../../model/settings.ts";
import { DUMMY_SECRETS } from "../support/committed-stack.ts";
import { eventually, get, inLab, kubectl, output } from "../support/lab.ts";
import { TestStack } from "../support/stack.ts";

const NAMESPACE = `test-${randomBytes(4).toString("hex")}`;
const ON = `--namespace=${NAMESPACE}`;
const TIMEOUT_MS = 60_000;
const SOAK_SECONDS = 3;

let stack: TestStack;
let cluster: Cluster;
let expected: Expected;
let image: ReleaseImage;
let otherImage: string;

before(async () => {
  const lab = await up(stderrProgress);
  const images = await ensureImages(lab.registry, stderrProgress);
  otherImage = (await ensureSample("0.9.3", lab.registry, stderrProgress)).reference;
  const stackConfig = smallStack({
    ...images,
    namespace: NAMESPACE,
    image: images.bookwyrm,
    workerGraceSeconds: 5,
  });
  stack = await TestStack.create();
  stack.configure(stackConfig);
  await stack.setSecrets({
    ...DUMMY_SECRETS,
    registryPassword: readFileSync(lab.registry.pull.passwordFile, "utf8"),
  });
  const deployed = await stack.up();
  assert.equal(deployed.exitCode, 0, deployed.output);
  const parsed = parseSettings(
    Object.fromEntries(SETTING_NAMES.map((name) => [name, stackConfig[`bookwyrm:${name}`]])),
  );
  assert.ok("settings" in parsed);
  image = parsed.settings.image;
  expected = expectedOf(parsed.settings, true);
  const { context, kubeconfig } = lab;
  cluster = await connect({ context, namespace: NAMESPACE, kubeconfig });
});

after(async () => {
  await stack[Symbol.asyncDispose]();
  // The protected volume of uploads has kept it.
  await kubectl("delete", "namespace", NAMESPACE, "--wait=false", "--ignore-not-found");
});

const read = (): ReturnType<typeof takeReading> =>
  takeReading(cluster, AbortSignal.timeout(TIMEOUT_MS));

/** @param since What happened before is an earlier test's. */
function verify(since: Date): Promise<CheckResult[]> {
  const reading = read();
  return runChecks(
    [
      rolloutCompleteCheck({ reading, expected }),
      imagesRunningCheck({ reading, expected }),
      soakCheck({
        reading,
        expected,
        readAgain: read,
        seconds: SOAK_SECONDS,
        sleep: (milliseconds, signal) => sleep(milliseconds, undefined, { signal }),
      }),
      jobsCompleteCheck({ reading, expected }),
      schemaCurrentCheck({ cluster, reading, expected }),
      servedVersionCheck({ cluster, reading, expected }),
      singleBeatCheck({ reading }),
      workersAnswerCheck({ cluster, reading, expected }),
      warningEventsCheck({ reading, since }),
      crashLogsCheck({ cluster, reading, since }),
      registrySecretCheck({ cluster, expected }),
    ],
    { timeoutMs: TIMEOUT_MS },
  );
}

const failing = (results: readonly CheckResult[]): string[] =>
  results.filter(({ verdict }) => verdict !== "pass").map(({ id }) => id);

const summaryOf = (results: readonly CheckResult[], id: string): string =>
  results.find((result) => result.id === id)?.summary ?? "";

const deploymentOf = async (name: string): Promise<string> =>
  (
    await kubectl(
      "get",
      "deployments",
      ON,
      `--selector=app.kubernetes.io/name=${name}`,
      "--output=name",
    )
  ).trim();

/** Until nothing ends or starts any more. */
const settled = (): Promise<unknown> =>
  eventually("the workloads settle", 90, async () => {
    const { verdict } = await rolloutCompleteCheck({ reading: read(), expected }).run(
      AbortSignal.timeout(TIMEOUT_MS),
    );
    const pods = await cluster.list("pods", AbortSignal.timeout(TIMEOUT_MS));
    const isCalm = pods.every(({ metadata }) => metadata.deletionTimestamp === undefined);
    return verdict === "pass" && isCalm ? true : undefined;
  });

test("a good deployment passes every check", async () => {
  const began = new Date();
  await settled();
  const results = await verify(began);
  assert.deepEqual(failing(results), [], JSON.stringify(results, undefined, 2));
});

test("verifications that end at the same time are all recorded, and staging is judged by the last", async () => {
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  const { reference } = image;
  const record = (verdict: "pass" | "fail" | "unknown"): Promise<void> =>
    recordVerification(cluster, { reference, verdict, at: new Date().toISOString() }, signal);
  await Promise.all([record("fail"), record("unknown")]);
  await record("pass");
  const verdicts = (await verifications(cluster, signal)).map(({ verdict }) => verdict);
  assert.equal(verdicts[0], "pass");
  assert.deepEqual([...verdicts].sort(), ["fail", "pass", "unknown"]);

  const staging = { cluster, expected, candidate: image, now: () => new Date() };
  const ready = await stagingHealthyCheck({ ...staging, soakMinutes: 0 }).run(signal);
  assert.equal(ready.verdict, "pass", JSON.stringify(ready));
  const early = await stagingHealthyCheck({ ...staging, soakMinutes: 60 }).run(signal);
  assert.match(early.summary, /^staging has been ready for \d minutes? only, the soak time is 60/);
  const other = parseReleaseImage(otherImage);
  assert.ok("digest" in other);
  const never = await stagingHealthyCheck({ ...staging, candidate: other, soakMinutes: 0 }).run(
    signal,
  );
  assert.equal(never.verdict, "fail");
});

test("the running code says which migrations it knows, and that its database has them all", async () => {
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  const pod = await readyPod(read(), expected.workloads, "web");
  const { known, applied, heads } = await migrationsIn(cluster, pod ?? "", signal);
  const names = known.map(({ name }) => name);
  assert.ok(names.includes("bookwyrm.0002_bloom"));
  assert.deepEqual(applied.toSorted(), names.toSorted());
  assert.ok(heads.includes("bookwyrm.0005_tick_finished_at"));
  const instance = { cluster, expected };
  const { verdict, summary } = await migrationsKnownCheck({
    staging: instance,
    target: instance,
  }).run(signal);
  assert.equal(
    `${verdict}: ${summary}`,
    "pass: The database has every migration of the candidate.",
  );
});

test("a second beat, whatever it is called, is found by single-beat alone", async () => {
  const since = new Date();
  await kubectl(
    "run",
    "helper",
    ON,
    `--image=${image.reference}`,
    `--overrides=${JSON.stringify({
      spec: {
        securityContext: { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } },
        containers: [
          {
            name: "helper",
            image: image.reference,
            command: ["sh", "-c", "sleep 600; celery --app=celerywyrm beat"],
            securityContext: {
              allowPrivilegeEscalation: false,
              capabilities: { drop: ["ALL"] },
              runAsUser: 1000,
            },
          },
        ],
        imagePullSecrets: [{ name: expected.pullSecret }],
      },
    })}`,
  );
  const results = await verify(since);
  await kubectl("delete", "pod", "helper", ON, "--now");
  assert.deepEqual(failing(results), ["single-beat"], JSON.stringify(results, undefined, 2));
  assert.match(summaryOf(results, "single-beat"), /2 beats run.*helper/);
});

test("another image, set by hand, is found by images-running alone", async () => {
  const flower = await deploymentOf("flower");
  await kubectl("set", "image", ON, flower, `flower=${otherImage}`);
  await settled();
  const since = new Date();
  const results = await verify(since);
  await kubectl("set", "image", ON, flower, `flower=${image.reference}`);
  assert.deepEqual(failing(results), ["images-running"], JSON.stringify(results, undefined, 2));
  assert.match(summaryOf(results, "images-running"), /asks for .*0\.9\.3/);
});

test("a worker that crashes is named, with its last lines and without its secrets", async () => {
  await settled();
  const since = new Date();
  const worker = await deploymentOf("worker");
  const script = 'import os, sys; sys.exit("no luck with " + os.environ["SECRET_KEY"])';
  await kubectl(
    "patch",
    ON,
    worker,
    "--type=json",
    `--patch=${JSON.stringify([
      {
        op: "replace",
        path: "/spec/template/spec/containers/0/command",
        value: ["python", "-c", script],
      },
    ])}`,
  );
  await eventually("the worker crashes again and again", 90, async () => {
    const { items } = await get<{ readonly items: readonly { readonly reason: string }[] }>(
      "events",
      ON,
    );
    return items.some(({ reason }) => reason === "BackOff") ? true : undefined;
  });
  const results = await verify(since);
  const report = await crashReport(
    cluster,
    { "app.kubernetes.io/name": "worker" },
    AbortSignal.timeout(TIMEOUT_MS),
  );
  await kubectl("rollout", "undo", ON, worker);
  assert.deepEqual(
    failing(results),
    ["rollout-complete", "soak", "workers-answer", "warning-events", "crash-logs"],
    JSON.stringify(results, undefined, 2),
  );
  const crash = results.find(({ id }) => id === "crash-logs");
  assert.match(crash?.evidence?.join("\n") ?? "", /no luck with \[redacted\]/);
  assert.match(report, /no luck with \[redacted\]/);
  assert.match(report, /BackOff/);
  assert.ok(!JSON.stringify([results, report]).includes(DUMMY_SECRETS.secretKey));
});

test("a ConfigMap that a node misses is a failure until it is there and the pod is ready", async () => {
  await settled();
  const since = new Date();
  const { items } = await get<{ readonly items: readonly { metadata: { name: string } }[] }>(
    "configmaps",
    ON,
  );
  const heartbeats = items.find(({ metadata }) => metadata.name.startsWith("heartbeats"));
  assert.ok(heartbeats);
  await kubectl("delete", "configmap", heartbeats.metadata.name, ON);
  await kubectl("delete", "pods", ON, "--selector=app.kubernetes.io/name=beat");
  const warnings = (): Promise<CheckResult[]> =>
    runChecks([warningEventsCheck({ reading: read(), since })], { timeoutMs: TIMEOUT_MS });
  const missed = await eventually("the node misses it", 30, async () => {
    const results = await warnings();
    return failing(results).length > 0 ? results : undefined;
  });
  await output(["kubectl", "create", "--filename=-"], { input: JSON.stringify(heartbeats) });
  assert.match(summaryOf(missed, "warning-events"), /^pod\/beat-.*: FailedMount: .*not found/);
  await settled();
  const [overcome] = await warnings();
  assert.equal(overcome?.verdict, "pass", JSON.stringify(overcome));
  assert.match(overcome.evidence?.join("\n") ?? "", /pod\/beat-.*: FailedMount/);
});

test("the probe of a worker says in its event that there is no heartbeat, or how old it is", async () => {
  await settled();
  const worker = await deploymentOf("worker");
  const deployment = await get<{
    readonly spec: {
      readonly template: {
        readonly spec: {
          readonly containers: readonly [
            { readonly startupProbe: { readonly exec: { readonly command: readonly string[] } } },
          ];
        };
      };
    };
  }>(worker, ON);
  const { command } = deployment.spec.template.spec.containers[0].startupProbe.exec;
  const probe = async (file: string): Promise<string> => {
    const probing = command.map((part) => part.replaceAll("/tmp/heartbeat", file));
    const { exitCode, output } = await inLab(["kubectl", "exec", ON, worker, "--", ...probing]);
    return `${exitCode.toString()}: ${output.split("\n")[0] ?? ""}`;
  };
  assert.equal(await probe("/tmp/heartbeat"), "0: ");
  assert.equal(await probe("/tmp/none"), "1: no heartbeat yet");
  assert.match(
    await probe("/etc/hostname"),
    /^1: the last heartbeat is \d+ s old, more than 30 s$/,
  );
});

test("a site scaled to nothing, and a beat that is gone, are failures and no vacuous passes", async () => {
  await settled();
  const since = new Date();
  await kubectl("scale", ON, await deploymentOf("web"), "--replicas=0");
  await kubectl("delete", ON, await deploymentOf("beat"), "--wait=false");
  await eventually("their pods end", 90, async () => {
    const pods = await cluster.list("pods", AbortSignal.timeout(TIMEOUT_MS));
    const names = pods.map(({ metadata }) => metadata.labels?.["app.kubernetes.io/name"] ?? "");
    return names.includes("web") || names.includes("beat") ? undefined : true;
  });
  const results = await verify(since);
  assert.deepEqual(
    failing(results),
    ["rollout-complete", "images-running", "schema-current", "served-version", "single-beat"],
    JSON.stringify(results, undefined, 2),
  );
  assert.match(summaryOf(results, "images-running"), /(?:web|beat) has no pod \(and 1 more\)/);
});
