import assert from "node:assert/strict";
import { request } from "node:http";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { environment } from "../../lab/environment.ts";
import { SITE_PORT } from "../../lab/layout.ts";
import { type Result, run, type RunOptions } from "./run.ts";

export const PROJECT = join(import.meta.dirname, "../..");
export const NAMESPACE = "bookwyrm";
const DOMAIN = "bookwyrm.localhost";

/** Runs a command as a user does in a shell with `wyrm lab env`. */
export const inLab = (
  command: readonly [string, ...string[]],
  options: RunOptions = {},
): Promise<Result> =>
  run(command, { cwd: PROJECT, ...options, env: { ...environment(), ...options.env } });

/** @throws AssertionError with its output where a command fails */
export async function output(
  command: readonly [string, ...string[]],
  options: RunOptions = {},
): Promise<string> {
  const result = await inLab(command, options);
  assert.equal(result.exitCode, 0, `${command.join(" ")}\n${result.output}`);
  return result.output;
}

export const pulumi = (args: readonly string[], options: RunOptions = {}): Promise<Result> =>
  inLab(["pulumi", "--non-interactive", ...args], options);

export const kubectl = (...args: string[]): Promise<string> => output(["kubectl", ...args]);

/** A namespace in which pods can be created: the API server takes none before its default service account. */
export async function createNamespace(name: string): Promise<void> {
  await kubectl("create", "namespace", name);
  await kubectl("wait", "--for=create", "serviceaccount/default", "-n", name, "--timeout=60s");
}

/** A list or an object of the cluster. */
export const get = async <T>(...args: string[]): Promise<T> =>
  JSON.parse(await kubectl("get", ...args, "--output=json")) as T;

export interface Pod {
  readonly metadata: {
    readonly name: string;
    readonly uid: string;
    readonly deletionTimestamp?: string;
  };
  readonly status: { readonly phase: string };
}

/** Pods of one component of BookWyrm that have not ended. */
export async function podsOf(component: string): Promise<readonly Pod[]> {
  const selector = `--selector=app.kubernetes.io/component=${component}`;
  const pods = await get<{ readonly items: readonly Pod[] }>("pods", `-n=${NAMESPACE}`, selector);
  return pods.items.filter(({ status }) => status.phase === "Running");
}

export interface Response {
  readonly status: number;
  readonly body: string;
}

/** Asks over HTTP, like a browser on this machine, with a Host header of its own and a new connection. */
export function ask(
  path: string,
  options: {
    readonly address?: string;
    readonly port?: number;
    readonly hostName?: string;
    readonly auth?: string;
  } = {},
): Promise<Response> {
  return new Promise((resolve, reject) => {
    const asked = request(
      {
        host: options.address ?? "127.0.0.1",
        port: options.port ?? SITE_PORT,
        path,
        agent: false,
        timeout: 10_000,
        headers: { host: options.hostName ?? DOMAIN },
        ...(options.auth !== undefined && { auth: options.auth }),
      },
      (response) => {
        let body = "";
        response.setEncoding("utf8").on("data", (text: string) => (body += text));
        response.on("end", () => {
          resolve({ status: response.statusCode ?? 0, body });
        });
        response.on("error", reject);
      },
    );
    asked.on("timeout", () => asked.destroy(new Error(`No answer to ${path} within 10 s`)));
    asked.on("error", reject);
    asked.end();
  });
}

export async function askJson<T>(path: string): Promise<T> {
  const { status, body } = await ask(path);
  assert.ok(status < 300, `${path} answers ${status.toString()}: ${body}`);
  return JSON.parse(body) as T;
}

export const servedVersion = async (): Promise<string> => {
  const info = await askJson<{ readonly software: { readonly version: string } }>("/nodeinfo/2.0");
  return info.software.version;
};

/** Asks again until there is an answer. @throws AssertionError after `seconds` */
export async function eventually<T>(
  what: string,
  seconds: number,
  look: () => Promise<T | undefined>,
): Promise<T> {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (Date.now() > deadline) assert.fail(`${what}: not within ${seconds.toString()} s`);
    await sleep(200);
  }
}
