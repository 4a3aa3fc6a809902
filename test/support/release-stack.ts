import { spawn } from "node:child_process";
import { randomBytes, randomInt } from "node:crypto";
import { once } from "node:events";
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseDocument, stringify } from "yaml";
import { environment } from "../../lab/environment.ts";
import type { LabImages } from "../../lab/images/lab-images.ts";
import type { Lab } from "../../lab/lab.ts";
import { smallStack } from "../../lab/small-stack.ts";
import { LAB_SECRETS } from "./committed-stack.ts";
import { get, inLab, kubectl, output, PROJECT, pulumi } from "./lab.ts";
import { type Result, run } from "./run.ts";

const COMMENT = "# Reviewed together with the release notes.";
const NOTHING = `release-0.9.1-0000000@sha256:${"0".repeat(64)}`;

interface Workload {
  readonly metadata: {
    readonly name: string;
    readonly labels: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly spec: {
    readonly template: {
      readonly metadata: { readonly annotations?: Readonly<Record<string, string>> };
      readonly spec: { readonly containers: readonly { readonly image: string }[] };
    };
  };
}

/** A stack with a file in the project's folder, as a user's has, and a namespace of its own. */
export class ReleaseStack implements AsyncDisposable {
  readonly name: string;
  readonly file: string;
  readonly policyFile: string;
  readonly reports = mkdtempSync(join(tmpdir(), "bookwyrm-reports-"));
  /** Everything that the commands have printed. */
  printed = "";

  private constructor(role: string) {
    this.name = `test-${randomBytes(3).toString("hex")}-${role}`;
    this.file = join(PROJECT, `Pulumi.${this.name}.yaml`);
    this.policyFile = join(PROJECT, `policy-config/${this.name}.json`);
  }

  /** Pinned to an image that does not exist, until a test pins it. */
  static async create(
    role: string,
    {
      lab,
      images,
      guardrails,
      settings: changed = {},
    }: { lab: Lab; images: LabImages; guardrails: object; settings?: Record<string, unknown> },
  ): Promise<ReleaseStack> {
    const stack = new ReleaseStack(role);
    const [repository] = images.bookwyrm.split(":release-");
    const settings = {
      ...smallStack({
        ...images,
        namespace: stack.name,
        image: `${repository ?? ""}:${NOTHING}`,
        workerGraceSeconds: 60,
      }),
      "bookwyrm:timeouts": { smokeMinutes: 1, migrationMinutes: 2, rolloutMinutes: 5 },
      "bookwyrm:verification": { publicly: false, soakSeconds: 3 },
      "bookwyrm:guardrails": guardrails,
      ...changed,
    };
    writeFileSync(stack.file, `${COMMENT}\n${stringify({ config: settings }, { lineWidth: 0 })}`);
    copyFileSync(join(PROJECT, "policy-config/local.json"), stack.policyFile);
    await output(["pulumi", "stack", "init", stack.name, "--no-select", "--non-interactive"]);
    await output([
      ...(["pulumi", "config", "set-all", "--stack", stack.name] as const),
      ...Object.entries(LAB_SECRETS).flatMap(([name, value]) => ["--secret", `${name}=${value}`]),
    ]);
    await output(
      ["pulumi", "config", "set", "--secret", "registryPassword", "--stack", stack.name],
      { input: readFileSync(lab.registry.pull.passwordFile, "utf8") },
    );
    return stack;
  }

  /** Runs `wyrm <command> <this stack>`. */
  async wyrm(command: string, ...args: readonly string[]): Promise<Result> {
    return this.#keep(await inLab(["node", "commands/wyrm.ts", command, this.name, ...args]));
  }

  deploy(command = "deploy"): Promise<Result> {
    return this.wyrm(command, "--yes", "--report", this.reports);
  }

  /** Kills a deployment with all its processes, at a moment of its update that nobody chose. @returns seconds into the update */
  async deployAndKill(): Promise<number> {
    const child = spawn(
      process.execPath,
      ["commands/wyrm.ts", "deploy", this.name, "--yes", "--report", this.reports],
      { cwd: PROJECT, env: { ...process.env, ...environment() }, detached: true },
    );
    const ended = once(child, "close");
    await new Promise<void>((resolve, reject) => {
      let output = "";
      child.stderr.setEncoding("utf8").on("data", (text: string) => {
        output += text;
        this.printed += text;
        if (output.includes("3/4 update")) resolve();
      });
      child.on("close", () => {
        reject(new Error(`It ended before its update:\n${output}`));
      });
    });
    const seconds = randomInt(1, 15);
    await sleep(seconds * 1000);
    if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, "SIGKILL");
    await ended;
    return seconds;
  }

  /** How many processes run this stack's program. */
  async programs(): Promise<number> {
    const { output } = await run([
      "pgrep",
      "--full",
      "--count",
      `cmd/run/.* --stack ${this.name} `,
    ]);
    return Number(output);
  }

  async pulumi(command: string, ...args: readonly string[]): Promise<Result> {
    return this.#keep(await pulumi([command, "--stack", this.name, ...args]));
  }

  #keep(result: Result): Result {
    this.printed += result.output;
    return result;
  }

  /** Changes a setting as a user does in an editor; without a value it is taken out. */
  edit(setting: string, value?: unknown): void {
    const document = parseDocument(readFileSync(this.file, "utf8"));
    const path = ["config", `bookwyrm:${setting}`];
    if (value === undefined) document.deleteIn(path);
    else document.setIn(path, value);
    writeFileSync(this.file, document.toString({ lineWidth: 0 }));
  }

  get text(): string {
    return readFileSync(this.file, "utf8");
  }

  /** Whether the comment at the top of the file is there still. */
  get hasComment(): boolean {
    return this.text.startsWith(COMMENT);
  }

  async deployments(): Promise<readonly Workload[]> {
    const list = await get<{ readonly items: readonly Workload[] }>(
      "deployments",
      `--namespace=${this.name}`,
    );
    return list.items;
  }

  /** The image of each Deployment, by its component. */
  async running(): Promise<readonly (readonly [string, string])[]> {
    return (await this.deployments())
      .map(
        ({ metadata, spec }) =>
          [
            metadata.labels["app.kubernetes.io/component"] ?? "",
            spec.template.spec.containers[0]?.image ?? "",
          ] as const,
      )
      .sort(([a], [b]) => a.localeCompare(b));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await pulumi(["cancel", "--yes", "--stack", this.name]);
    await pulumi([
      "destroy",
      "--yes",
      "--skip-preview",
      "--continue-on-error",
      "--stack",
      this.name,
    ]);
    // The protected volume of uploads has kept it.
    await kubectl("delete", "namespace", this.name, "--wait=false", "--ignore-not-found");
    await pulumi(["stack", "rm", this.name, "--yes", "--force"]);
    for (const path of [this.file, this.policyFile, this.reports]) {
      rmSync(path, { recursive: true, force: true });
    }
  }
}
