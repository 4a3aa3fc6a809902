import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { type CheckResult, runChecks } from "../../checks/check.ts";
import { crashReport } from "../../checks/cluster/crash-report.ts";
import { migrationsIn } from "../../checks/cluster/migrations.ts";
import { recordVerification, verifications } from "../../checks/cluster/verification-record.ts";
import { readyPod } from "../../checks/cluster/workloads.ts";
import { warningEventsCheck } from "../../checks/post/warning-events.ts";
import { migrationsKnownCheck } from "../../checks/pre/migrations-known.ts";
import { stagingHealthyCheck } from "../../checks/pre/staging-healthy.ts";
import { ensureSample } from "../../lab/images/sample.ts";
import { up } from "../../lab/lab.ts";
import { stderrProgress } from "../../lab/progress.ts";
import { parseReleaseImage } from "../../model/pinned-image.ts";
import { DUMMY_SECRETS } from "../support/committed-stack.ts";
import { eventually, get, inLab, kubectl, output } from "../support/lab.ts";
import { TIMEOUT_MS, VerifiedSite } from "../support/verified-site.ts";

let site: VerifiedSite;
let otherImage: string;

before(async () => {
  const { registry } = await up(stderrProgress);
  otherImage = (await ensureSample("0.9.3", registry, stderrProgress)).reference;
  site = await VerifiedSite.deploy();
});

after(() => site[Symbol.asyncDispose]());

const failing = (results: readonly CheckResult[]): string[] =>
  results.filter(({ verdict }) => verdict !== "pass").map(({ id }) => id);

const summaryOf = (results: readonly CheckResult[], id: string): string =>
  results.find((result) => result.id === id)?.summary ?? "";

test("a good deployment passes every check", async () => {
  const began = new Date();
  await site.settled();
  const results = await site.verify(began);
  assert.deepEqual(failing(results), [], JSON.stringify(results, undefined, 2));
});

test("verifications that end at the same time are all recorded, and staging is judged by the last", async () => {
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  const { reference } = site.image;
  const record = (verdict: "pass" | "fail" | "unknown"): Promise<void> =>
    recordVerification(site.cluster, { reference, verdict, at: new Date().toISOString() }, signal);
  await Promise.all([record("fail"), record("unknown")]);
  await record("pass");
  const verdicts = (await verifications(site.cluster, signal)).map(({ verdict }) => verdict);
  assert.equal(verdicts[0], "pass");
  assert.deepEqual([...verdicts].sort(), ["fail", "pass", "unknown"]);

  const staging = {
    cluster: site.cluster,
    expected: site.expected,
    candidate: site.image,
    now: () => new Date(),
  };
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
  const pod = await readyPod(site.read(), site.expected.workloads, "web");
  assert.ok(pod !== undefined);
  const { known, applied, heads } = await migrationsIn(site.cluster, pod, signal);
  const names = known.map(({ name }) => name);
  assert.ok(names.includes("bookwyrm.0002_bloom"));
  assert.deepEqual(applied.toSorted(), names.toSorted());
  assert.ok(heads.includes("bookwyrm.0005_tick_finished_at"));
  const instance = { cluster: site.cluster, expected: site.expected };
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
    site.on,
    `--image=${site.image.reference}`,
    `--overrides=${JSON.stringify({
      spec: {
        securityContext: { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } },
        containers: [
          {
            name: "helper",
            image: site.image.reference,
            command: ["sh", "-c", "sleep 600; celery --app=celerywyrm beat"],
            securityContext: {
              allowPrivilegeEscalation: false,
              capabilities: { drop: ["ALL"] },
              runAsUser: 1000,
            },
          },
        ],
        imagePullSecrets: [{ name: site.expected.pullSecret }],
      },
    })}`,
  );
  const results = await site.verify(since);
  await kubectl("delete", "pod", "helper", site.on, "--now");
  assert.deepEqual(failing(results), ["single-beat"], JSON.stringify(results, undefined, 2));
  assert.match(summaryOf(results, "single-beat"), /2 beats run.*helper/);
});

test("another image, set by hand, is found by images-running alone", async () => {
  const flower = await site.deploymentOf("flower");
  await kubectl("set", "image", site.on, flower, `flower=${otherImage}`);
  await site.settled();
  const since = new Date();
  const results = await site.verify(since);
  await kubectl("set", "image", site.on, flower, `flower=${site.image.reference}`);
  assert.deepEqual(failing(results), ["images-running"], JSON.stringify(results, undefined, 2));
  assert.match(summaryOf(results, "images-running"), /asks for .*0\.9\.3/);
});

test("a worker that crashes is named, with its last lines and without its secrets", async () => {
  await site.settled();
  const since = new Date();
  const worker = await site.deploymentOf("worker");
  const script = 'import os, sys; sys.exit("no luck with " + os.environ["SECRET_KEY"])';
  await kubectl(
    "patch",
    site.on,
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
      site.on,
    );
    return items.some(({ reason }) => reason === "BackOff") ? true : undefined;
  });
  const results = await site.verify(since);
  const report = await crashReport(
    site.cluster,
    { "app.kubernetes.io/name": "worker" },
    AbortSignal.timeout(TIMEOUT_MS),
  );
  await kubectl("rollout", "undo", site.on, worker);
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
  await site.settled();
  const since = new Date();
  const { items } = await get<{ readonly items: readonly { metadata: { name: string } }[] }>(
    "configmaps",
    site.on,
  );
  const heartbeats = items.find(({ metadata }) => metadata.name.startsWith("heartbeats"));
  assert.ok(heartbeats);
  await kubectl("delete", "configmap", heartbeats.metadata.name, site.on);
  await kubectl("delete", "pods", site.on, "--selector=app.kubernetes.io/name=beat");
  const warnings = (): Promise<CheckResult[]> =>
    runChecks([warningEventsCheck({ reading: site.read(), since })], { timeoutMs: TIMEOUT_MS });
  const missed = await eventually("the node misses it", 30, async () => {
    const results = await warnings();
    return failing(results).length > 0 ? results : undefined;
  });
  await output(["kubectl", "create", "--filename=-"], { input: JSON.stringify(heartbeats) });
  assert.match(summaryOf(missed, "warning-events"), /pod\/beat-.*: FailedMount.*not found/);
  await site.settled();
  const [overcome] = await warnings();
  assert.equal(overcome?.verdict, "pass", JSON.stringify(overcome));
  assert.match(overcome.evidence?.join("\n") ?? "", /pod\/beat-.*: FailedMount/);
});

test("the probe of a worker says in its event that there is no heartbeat, or how old it is", async () => {
  await site.settled();
  const worker = await site.deploymentOf("worker");
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
  }>(worker, site.on);
  const { command } = deployment.spec.template.spec.containers[0].startupProbe.exec;
  const probe = async (file: string): Promise<string> => {
    const probing = command.map((part) => part.replaceAll("/tmp/heartbeat", file));
    const { exitCode, output } = await inLab([
      "kubectl",
      "exec",
      site.on,
      worker,
      "--",
      ...probing,
    ]);
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
  await site.settled();
  const since = new Date();
  await kubectl("scale", site.on, await site.deploymentOf("web"), "--replicas=0");
  await kubectl("delete", site.on, await site.deploymentOf("beat"), "--wait=false");
  await eventually("their pods end", 90, async () => {
    const pods = await site.cluster.list("pods", AbortSignal.timeout(TIMEOUT_MS));
    const names = pods.map(({ metadata }) => metadata.labels?.["app.kubernetes.io/name"] ?? "");
    return names.includes("web") || names.includes("beat") ? undefined : true;
  });
  const results = await site.verify(since);
  assert.deepEqual(
    failing(results),
    ["rollout-complete", "images-running", "schema-current", "served-version", "single-beat"],
    JSON.stringify(results, undefined, 2),
  );
  assert.match(summaryOf(results, "images-running"), /(?:web|beat) has no pod \(and 1 more\)/);
});
