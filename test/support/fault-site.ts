import assert from "node:assert/strict";
import { ensureImages } from "../../lab/images/lab-images.ts";
import { up } from "../../lab/lab.ts";
import { stderrProgress } from "../../lab/progress.ts";
import { SMALL } from "../../lab/small-stack.ts";
import { ask, eventually, get, kubectl } from "./lab.ts";
import { type Load, type Site, underLoad } from "./load.ts";
import { ReleaseStack } from "./release-stack.ts";
import type { Result } from "./run.ts";

export interface SitePod {
  readonly metadata: {
    readonly name: string;
    readonly uid: string;
    readonly deletionTimestamp?: string;
    readonly labels: Readonly<Record<string, string>>;
  };
  readonly status: {
    readonly phase: string;
    readonly conditions?: readonly { readonly type: string; readonly status: string }[];
    readonly containerStatuses?: readonly { readonly restartCount: number }[];
  };
}

const WEB = { replicas: 2, workers: 1, resources: SMALL };
/** With a volume of one node there is no budget that a drain asks. */
const MEDIA = { storage: "1Gi", accessMode: "ReadWriteMany" };
const DOMAIN = "bookwyrm.localhost";

/** A BookWyrm of its own, with two pods that serve and one worker, for tests that harm it. */
export class FaultSite implements AsyncDisposable {
  readonly #stack: ReleaseStack;
  readonly site: Site;

  private constructor(stack: ReleaseStack, address: string) {
    this.#stack = stack;
    this.site = { address, port: 80, hostName: DOMAIN };
  }

  static async create(): Promise<FaultSite> {
    const lab = await up(stderrProgress);
    const images = await ensureImages(lab.registry, stderrProgress);
    const stack = await ReleaseStack.create("faults", {
      lab,
      images,
      guardrails: {},
      settings: { "bookwyrm:web": WEB, "bookwyrm:media": MEDIA },
    });
    try {
      stack.edit("image", images.bookwyrm);
      const { exitCode, output } = await stack.pulumi("up", "--yes", "--skip-preview");
      assert.equal(exitCode, 0, output);
      const service = ["service", "web", `--namespace=${stack.name}`];
      return new FaultSite(
        stack,
        await kubectl("get", ...service, "--output=jsonpath={.spec.clusterIP}"),
      );
    } catch (error) {
      await stack[Symbol.asyncDispose]();
      throw error;
    }
  }

  get namespace(): string {
    return this.#stack.name;
  }

  /** Deploys with another number of threads, which replaces the pods that serve. */
  update(threads: number): Promise<Result> {
    this.#stack.edit("web", { ...WEB, threads });
    return this.#stack.pulumi("up", "--yes", "--skip-preview");
  }

  kubectl(...args: string[]): Promise<string> {
    return kubectl(`--namespace=${this.namespace}`, ...args);
  }

  underLoad<T>(work: () => Promise<T>): Promise<Load<T>> {
    return underLoad(work, { site: this.site });
  }

  async askJson<T>(path: string): Promise<T> {
    const { status, body } = await ask(path, this.site);
    assert.ok(status < 300, `${path} answers ${status.toString()}: ${body}`);
    return JSON.parse(body) as T;
  }

  /** Pods of one component, without those on their way out. */
  async pods(component: string): Promise<readonly SitePod[]> {
    const { items } = await get<{ readonly items: readonly SitePod[] }>(
      "pods",
      `--namespace=${this.namespace}`,
      `--selector=app.kubernetes.io/component=${component}`,
    );
    return items.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
  }

  /** The only pod of a component. */
  async pod(component: string): Promise<SitePod> {
    const [pod, ...others] = await this.pods(component);
    assert.ok(pod !== undefined && others.length === 0, `not one pod of ${component}`);
    return pod;
  }

  /** @returns seconds until as many pods of the component are ready, none of which is `uid` */
  async readyWithout(uid: string, component: string, count = 1): Promise<number> {
    const since = performance.now();
    await eventually(`${count.toString()} ready pods of ${component}`, 120, async () => {
      const pods = (await this.pods(component)).filter(isReady);
      const isThere = pods.length === count && pods.every(({ metadata }) => metadata.uid !== uid);
      return isThere ? true : undefined;
    });
    return secondsSince(since);
  }

  /** Waits until the site answers again. */
  async answers(): Promise<void> {
    await eventually("an answer of the site", 120, async () => {
      const answer = await ask("/nodeinfo/2.0", this.site).catch(() => undefined);
      return answer?.status === 200 ? true : undefined;
    });
  }

  /** Tasks that a worker has taken and not begun: Redis keeps them aside until it says so. */
  async unacknowledged(): Promise<number> {
    const { metadata } = await this.pod("redis-broker");
    return Number(await this.kubectl("exec", metadata.name, "--", "redis-cli", "hlen", "unacked"));
  }

  /** Hands a task to the broker, by the site. */
  async send(queue: string, token: string, seconds = 0): Promise<void> {
    const path = `/sample/tasks/${queue}/${token}?seconds=${seconds.toString()}`;
    const { status } = await ask(path, this.site);
    assert.equal(status, 202, token);
  }

  /** How often a task was finished, as the worker has written it down. */
  async timesDone(token: string): Promise<number> {
    const { executions } = await this.askJson<{ readonly executions: readonly unknown[] }>(
      `/sample/executions/${token}`,
    );
    return executions.length;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#stack[Symbol.asyncDispose]();
  }
}

export const isReady = ({ status }: SitePod): boolean =>
  (status.conditions ?? []).some(({ type, status }) => type === "Ready" && status === "True");

/** To a tenth. */
export const secondsSince = (since: number): number =>
  Math.round((performance.now() - since) / 100) / 10;
