import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DOCKER_PROGRAMS } from "../../layout.ts";
import { UserError } from "../resource-kubernetes/failures.ts";
import { at, isObject, type JsonObject, textAt } from "../resource-kubernetes/values.ts";

/** Debian's: it brings BuildKit along, where later ones need a plugin. */
const DOCKER = join(DOCKER_PROGRAMS, "usr/bin/docker");
const TAIL_LINES = 25;

export interface DockerArgs {
  /** `unix://` and a path, or whatever DOCKER_HOST takes. */
  readonly host: string | undefined;
  readonly signal: AbortSignal;
}

/** Builds an image, and pushes it unless that is switched off. @returns `repository@sha256:...` */
export async function buildAndPush(docker: DockerArgs, inputs: JsonObject): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "bookwyrm-lab-docker-"));
  try {
    writeFileSync(join(folder, "config.json"), JSON.stringify(credentials(inputs)), {
      mode: 0o600,
    });
    const run = (args: readonly string[], env: Readonly<Record<string, string>> = {}) =>
      runDocker(args, { ...docker, env: { DOCKER_CONFIG: folder, DOCKER_BUILDKIT: "1", ...env } });
    const name = textAt(inputs, "imageName") ?? "";
    await run(["version", "--format={{.Server.Version}}"]);
    await run(
      [...buildCommand(inputs), `--tag=${name}`, textAt(inputs, "build", "context") ?? "."],
      buildArgs(inputs),
    );
    if (at(inputs, "skipPush") === true)
      return await run(["image", "inspect", "--format={{.Id}}", name]);
    const pushed = await run(["push", name]);
    const digest = /digest: (sha256:[0-9a-f]{64})/.exec(pushed)?.[1];
    if (digest === undefined) throw new UserError(`The registry confirmed no digest for ${name}`);
    return `${repositoryOf(name)}@${digest}`;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const repositoryOf = (name: string): string => name.replace(/:[^/:]*$/, "");

/** Values of build arguments go through the environment: other users can read a command's arguments. */
const buildCommand = (inputs: JsonObject): string[] => [
  "build",
  "--progress=plain",
  ...(["target", "platform", "network"] as const).flatMap((option) => {
    const value = textAt(inputs, "build", option);
    return value === undefined ? [] : [`--${option}=${value}`];
  }),
  `--file=${textAt(inputs, "build", "dockerfile") ?? "Dockerfile"}`,
  ...Object.keys(buildArgs(inputs)).map((name) => `--build-arg=${name}`),
];

function buildArgs(inputs: JsonObject): Record<string, string> {
  const args = at(inputs, "build", "args");
  return Object.fromEntries(
    Object.entries(isObject(args) ? args : {}).map(([name, value]) => [
      name,
      typeof value === "string" ? value : "",
    ]),
  );
}

function credentials(inputs: JsonObject): object {
  const server = textAt(inputs, "registry", "server");
  if (server === undefined) return {};
  const account = [textAt(inputs, "registry", "username"), textAt(inputs, "registry", "password")];
  const auth = Buffer.from(account.join(":")).toString("base64");
  return { auths: { [server]: { auth } } };
}

async function runDocker(
  args: readonly string[],
  { host, signal, env }: DockerArgs & { readonly env: Readonly<Record<string, string>> },
): Promise<string> {
  const child = spawn(DOCKER, args, {
    signal,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, ...(host !== undefined && { DOCKER_HOST: host }), ...env },
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => (output += text));
  }
  const exitCode = await new Promise<number | null>((resolve, reject) => {
    child.on("error", reject).on("close", resolve);
  });
  if (exitCode === 0) return output.trim();
  const tail = output.trimEnd().split("\n").slice(-TAIL_LINES).join("\n");
  throw new UserError(`docker ${args[0] ?? ""} failed:\n${tail}`);
}
