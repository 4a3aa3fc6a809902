import { join } from "node:path";
import { execute } from "../execute.ts";
import { CACHE, ROOT } from "../layout.ts";

/** Buildah's own storage, apart from that of any other tool on this machine. */
const STORAGE = [
  "--root",
  join(CACHE, "images/storage"),
  "--runroot",
  join(ROOT, "run/buildah"),
  "--storage-driver",
  "overlay",
] as const;

/** Runs buildah and returns what it prints. */
export const buildah = async (
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<string> => (await execute(["buildah", ...STORAGE, command, ...args], { env })).trim();

export interface ImageConfig {
  readonly labels: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  /** Numeric, so that the kubelet can see that it is not root. */
  readonly user: number;
  readonly workingDirectory: string;
}

/** Files to add to an image: a folder's content or an archive, and where it goes. */
export interface Addition {
  readonly source: string;
  readonly target: string;
}

/** Makes an image from another one (or "scratch") and gives it this name in buildah's storage. */
export async function makeImage(
  name: string,
  from: string,
  additions: readonly Addition[],
  config: ImageConfig,
): Promise<void> {
  const container = await buildah("from", [from]);
  try {
    for (const { source, target } of additions) await buildah("add", [container, source, target]);
    await buildah("config", [
      ...Object.entries(config.labels).flatMap(([key, value]) => ["--label", `${key}=${value}`]),
      ...Object.entries(config.env ?? {}).flatMap(([key, value]) => ["--env", `${key}=${value}`]),
      "--user",
      `${config.user.toString()}:${config.user.toString()}`,
      "--workingdir",
      config.workingDirectory,
      container,
    ]);
    await buildah("commit", ["--quiet", container, name]);
  } finally {
    await buildah("rm", [container]);
  }
}

export const hasImage = (name: string): Promise<boolean> =>
  buildah("inspect", ["--type", "image", "--format", "{{.FromImageID}}", name]).then(
    () => true,
    () => false,
  );
