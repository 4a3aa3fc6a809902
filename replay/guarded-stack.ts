import { randomBytes } from "node:crypto";
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import type { Pod } from "../checks/cluster/objects.ts";
import type { Lab } from "../lab/lab.ts";
import { smallStack } from "../lab/small-stack.ts";
import { LABEL } from "../model/labels.ts";
import type { Target } from "./requests.ts";
import { digestsOf } from "./running.ts";
import { removeNamespace } from "./site.ts";
import { mustRun, type Ran, run } from "./run.ts";

const PROJECT = join(import.meta.dirname, "..");
const SECRETS = [
  "secretKey",
  "postgresPassword",
  "redisActivityPassword",
  "redisBrokerPassword",
  "emailPassword",
] as const;

export interface GuardedStackArgs {
  /** Of the stack and of its namespace. */
  readonly name: string;
  readonly lab: Lab;
  readonly images: { readonly postgres: string; readonly redis: string };
  readonly guardrails: object;
  readonly signal: AbortSignal;
}

/** BookWyrm as this project deploys it, with a settings file beside those of a user's stacks. */
export class GuardedStack {
  readonly #args: GuardedStackArgs;
  readonly #file: string;
  readonly #policyFile: string;
  readonly #reports = mkdtempSync(join(tmpdir(), "bookwyrm-replay-"));

  constructor(args: GuardedStackArgs) {
    this.#args = args;
    this.#file = join(PROJECT, `Pulumi.${args.name}.yaml`);
    this.#policyFile = join(PROJECT, `policy-config/${args.name}.json`);
  }

  /** Makes the stack; nothing is deployed yet. @param image That it is pinned to. */
  async create(image: string): Promise<void> {
    const { name, lab } = this.#args;
    this.#write(this.#settings(image));
    copyFileSync(join(PROJECT, "policy-config/local.json"), this.#policyFile);
    await this.#pulumi(["stack", "init", name, "--no-select"]);
    for (const secret of SECRETS) {
      await this.#setSecret(secret, randomBytes(24).toString("base64url"));
    }
    await this.#setSecret("registryPassword", readFileSync(lab.registry.pull.passwordFile, "utf8"));
  }

  #settings(image: string): object {
    const { name, images, guardrails } = this.#args;
    return {
      ...smallStack({
        ...images,
        namespace: name,
        image,
        webReplicas: 2,
        workerGraceSeconds: 60,
      }),
      "bookwyrm:timeouts": { smokeMinutes: 1, migrationMinutes: 2, rolloutMinutes: 5 },
      "bookwyrm:verification": { publicly: false, soakSeconds: 3 },
      "bookwyrm:guardrails": guardrails,
    };
  }

  /** Pins another image, as somebody does in an editor. */
  pin(image: string): void {
    const { config, ...rest } = parse(readFileSync(this.#file, "utf8")) as {
      readonly config: Readonly<Record<string, unknown>>;
    };
    this.#write({ ...config, "bookwyrm:image": image }, rest);
  }

  #write(config: object, rest: object = {}): void {
    writeFileSync(this.#file, stringify({ ...rest, config }, { lineWidth: 0 }));
  }

  /** Runs `wyrm deploy`, which prints what came of it as JSON. */
  deploy(): Promise<Ran> {
    const { name, signal } = this.#args;
    const program = join(PROJECT, "commands/wyrm.ts");
    const options = ["--yes", "--json", "--report", this.#reports];
    return run([process.execPath, program, "deploy", name, ...options], { cwd: PROJECT, signal });
  }

  async target(domain: string): Promise<Target> {
    const address = await this.#kubectl(["get", "service", "web", "-o=jsonpath={.spec.clusterIP}"]);
    return { address, domain };
  }

  async runningDigests(): Promise<string[]> {
    const selector = `--selector=${LABEL.component}=web`;
    const list = await this.#kubectl(["get", "pods", selector, "-o=json"]);
    return digestsOf((JSON.parse(list) as { readonly items: readonly Pod[] }).items);
  }

  #kubectl(args: readonly string[]): Promise<string> {
    const { name, signal } = this.#args;
    return mustRun(["kubectl", `--namespace=${name}`, ...args], { signal });
  }

  #setSecret(name: string, value: string): Promise<string> {
    const args = ["config", "set", "--secret", `bookwyrm:${name}`, "--stack", this.#args.name];
    return this.#pulumi(args, value);
  }

  #pulumi(args: readonly string[], input = ""): Promise<string> {
    const { signal } = this.#args;
    return mustRun(["pulumi", "--non-interactive", ...args], { cwd: PROJECT, input, signal });
  }

  /** Without a word to the engine: the namespace holds all that the stack made, but the admission policy. */
  async remove(): Promise<void> {
    const { name } = this.#args;
    await removeNamespace(name);
    // An update that was interrupted may have left its lock.
    await run(["pulumi", "cancel", "--yes", "--stack", name], { cwd: PROJECT });
    await run(["pulumi", "stack", "rm", name, "--yes", "--force"], { cwd: PROJECT });
    for (const path of [this.#file, this.#policyFile, this.#reports]) {
      rmSync(path, { recursive: true, force: true });
    }
  }
}
