import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { type CheckResult, runChecks } from "../../checks/check.ts";
import type { Cluster } from "../../checks/cluster/cluster.ts";
import { connect } from "../../checks/cluster/connect.ts";
import { type Reading, takeReading } from "../../checks/cluster/reading.ts";
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
import { ensureImages } from "../../lab/images/lab-images.ts";
import { up } from "../../lab/lab.ts";
import { stderrProgress } from "../../lab/progress.ts";
import { smallStack } from "../../lab/small-stack.ts";
import type { ReleaseImage } from "../../model/pinned-image.ts";
import { parseSettings, SETTING_NAMES } from "../../model/settings.ts";
import { DUMMY_SECRETS } from "./committed-stack.ts";
import { eventually, kubectl } from "./lab.ts";
import { TestStack } from "./stack.ts";

export const TIMEOUT_MS = 60_000;
const SOAK_SECONDS = 3;

/** BookWyrm on the lab in a namespace of its own, and every check of a verification that needs no ingress. */
export class VerifiedSite implements AsyncDisposable {
  readonly #stack: TestStack;
  readonly cluster: Cluster;
  readonly expected: Expected;
  readonly image: ReleaseImage;
  /** The option of kubectl. */
  readonly on: string;

  private constructor(
    site: Pick<VerifiedSite, "cluster" | "expected" | "image">,
    stack: TestStack,
  ) {
    this.cluster = site.cluster;
    this.expected = site.expected;
    this.image = site.image;
    this.on = `--namespace=${site.cluster.namespace}`;
    this.#stack = stack;
  }

  static async deploy(): Promise<VerifiedSite> {
    const lab = await up(stderrProgress);
    const images = await ensureImages(lab.registry, stderrProgress);
    const namespace = `test-${randomBytes(4).toString("hex")}`;
    const config = smallStack({
      ...images,
      namespace,
      image: images.bookwyrm,
      workerGraceSeconds: 5,
    });
    const parsed = parseSettings(
      Object.fromEntries(SETTING_NAMES.map((name) => [name, config[`bookwyrm:${name}`]])),
    );
    assert.ok("settings" in parsed);
    const stack = await TestStack.create();
    stack.configure(config);
    await stack.setSecrets({
      ...DUMMY_SECRETS,
      registryPassword: readFileSync(lab.registry.pull.passwordFile, "utf8"),
    });
    const deployed = await stack.up();
    assert.equal(deployed.exitCode, 0, deployed.output);
    const { context, kubeconfig } = lab;
    const cluster = await connect({ context, namespace, kubeconfig });
    const { settings } = parsed;
    return new VerifiedSite(
      { cluster, expected: expectedOf(settings, true), image: settings.image },
      stack,
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stack[Symbol.asyncDispose]();
    // The protected volume of uploads has kept it.
    const { namespace } = this.cluster;
    await kubectl("delete", "namespace", namespace, "--wait=false", "--ignore-not-found");
  }

  read(): Reading {
    return takeReading(this.cluster, AbortSignal.timeout(TIMEOUT_MS));
  }

  /** @param since What happened before is an earlier test's. */
  verify(since: Date): Promise<CheckResult[]> {
    const { cluster, expected } = this;
    const reading = this.read();
    return runChecks(
      [
        rolloutCompleteCheck({ reading, expected }),
        imagesRunningCheck({ reading, expected }),
        soakCheck({
          reading,
          expected,
          readAgain: () => this.read(),
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

  /** @returns as kubectl names it, for example `deployment.apps/web-5bc257eb` */
  async deploymentOf(name: string): Promise<string> {
    const selector = `--selector=app.kubernetes.io/name=${name}`;
    return (await kubectl("get", "deployments", this.on, selector, "--output=name")).trim();
  }

  /** Until nothing ends or starts any more. */
  async settled(): Promise<void> {
    await eventually("the workloads settle", 90, async () => {
      const { verdict } = await rolloutCompleteCheck({
        reading: this.read(),
        expected: this.expected,
      }).run(AbortSignal.timeout(TIMEOUT_MS));
      const pods = await this.cluster.list("pods", AbortSignal.timeout(TIMEOUT_MS));
      const isCalm = pods.every(({ metadata }) => metadata.deletionTimestamp === undefined);
      return verdict === "pass" && isCalm ? true : undefined;
    });
  }
}
