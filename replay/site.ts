import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import type { Pod } from "../checks/cluster/objects.ts";
import type { Lab } from "../lab/lab.ts";
import { admissionPolicyName } from "../model/admission.ts";
import { isServed, type Target } from "./requests.ts";
import { digestsOf } from "./running.ts";
import { mustRun, type Ran, run } from "./run.ts";
import {
  DOMAIN,
  type Hardening,
  settingsObjects,
  storeObjects,
  WEB,
  webDeployment,
} from "./site-objects.ts";

const READY_SECONDS = 90;
const POLL_MS = 100;
const ANSWERS_IN_ROW = 20;

export interface SiteArgs {
  readonly namespace: string;
  readonly lab: Lab;
  /** Reference of BookWyrm's image that the database is migrated with. */
  readonly image: string;
  readonly postgres: string;
  readonly signal: AbortSignal;
}

/** BookWyrm as the team of the outage ran it: plain manifests, and kubectl. */
export class Site {
  readonly namespace: string;
  readonly #args: SiteArgs;
  #address = "";

  private constructor(args: SiteArgs) {
    this.namespace = args.namespace;
    this.#args = args;
  }

  /** A database with BookWyrm's schema, and a Service that nothing stands behind yet. */
  static async create(args: SiteArgs): Promise<Site> {
    const site = new Site(args);
    await site.must(["create", "namespace", args.namespace]);
    await site.must(["wait", "--for=create", "serviceaccount/default", "--timeout=60s"]);
    const { host, pull } = args.lab.registry;
    await site.apply(
      settingsObjects({
        password: randomBytes(24).toString("base64url"),
        registry: {
          registry: host,
          username: pull.username,
          password: readFileSync(pull.passwordFile, "utf8"),
        },
      }),
    );
    await site.apply(storeObjects(args.postgres, args.image));
    await site.must(["wait", "--for=condition=Complete", "job/migrate", "--timeout=90s"]);
    site.#address = await site.must(["get", "service", WEB, "-o=jsonpath={.spec.clusterIP}"]);
    return site;
  }

  get target(): Target {
    return { address: this.#address, domain: DOMAIN };
  }

  kubectl(args: readonly string[], input = ""): Promise<Ran> {
    const command = ["kubectl", `--namespace=${this.namespace}`, ...args] as const;
    return run(command, { input, signal: this.#args.signal });
  }

  must(args: readonly string[], input = ""): Promise<string> {
    const command = ["kubectl", `--namespace=${this.namespace}`, ...args] as const;
    return mustRun(command, { input, signal: this.#args.signal });
  }

  /** @returns kubectl's line about each object, for example `deployment.apps/web configured` */
  apply(objects: readonly object[]): Promise<string> {
    const list = { apiVersion: "v1", kind: "List", items: objects };
    return this.must(["apply", "--filename=-"], JSON.stringify(list));
  }

  /** As a script of CI does it: where nothing in the manifest has changed, it restarts the pods. */
  async deploy(image: string, hardening?: Hardening): Promise<Ran> {
    const applied = await this.kubectl(
      ["apply", "--filename=-"],
      JSON.stringify(webDeployment(image, hardening)),
    );
    if (applied.exitCode !== 0 || !applied.output.includes("unchanged")) return applied;
    return this.kubectl(["rollout", "restart", `deployment/${WEB}`]);
  }

  rolloutStatus(seconds: number): Promise<Ran> {
    return this.kubectl(rolloutStatusFor(seconds));
  }

  /** Brings the site up with this image, afresh, and waits until it answers. */
  async start(image: string, hardening?: Hardening): Promise<void> {
    const deleted = ["--ignore-not-found", "--cascade=foreground", "--wait"];
    await this.must(["delete", `deployment/${WEB}`, ...deleted]);
    await this.must(["apply", "--filename=-"], JSON.stringify(webDeployment(image, hardening)));
    await this.must(rolloutStatusFor(READY_SECONDS));
    await this.#answers();
  }

  async #answers(): Promise<void> {
    const deadline = Date.now() + READY_SECONDS * 1000;
    let inRow = 0;
    // Without a readiness probe pods that still import their code are asked too: any of them may be the one to answer.
    while (inRow < ANSWERS_IN_ROW) {
      inRow = (await isServed(this.target)) ? inRow + 1 : 0;
      await sleep(POLL_MS, undefined, { signal: this.#args.signal });
      if (Date.now() > deadline) throw new Error("The site did not come up with its old image");
    }
  }

  /** Of the pods of web that are to stay, each once. */
  async runningDigests(): Promise<string[]> {
    const selector = `--selector=app.kubernetes.io/component=${WEB}`;
    const { items } = JSON.parse(await this.must(["get", "pods", selector, "-o=json"])) as {
      readonly items: readonly Pod[];
    };
    return digestsOf(items);
  }
}

const rolloutStatusFor = (seconds: number): readonly string[] => [
  "rollout",
  "status",
  `deployment/${WEB}`,
  `--timeout=${seconds.toString()}s`,
];

/** Also what was made only in part. The policy of the admission layer is no part of the namespace. */
export async function removeNamespace(namespace: string): Promise<void> {
  const policy = admissionPolicyName(namespace);
  for (const object of [
    ["validatingadmissionpolicybinding", policy],
    ["validatingadmissionpolicy", policy],
    ["namespace", namespace],
  ]) {
    await run(["kubectl", "delete", ...object, "--ignore-not-found", "--wait=false"]);
  }
}
