import { resolve } from "node:path";
import { type Config, type Output, RunError } from "@pulumi/pulumi";
import { type ImageReference, parseImageReference } from "../model/image-reference.ts";
import { parsePinnedImage } from "../model/pinned-image.ts";

export interface ImageSettings {
  /** Registry and path, without a tag. */
  readonly repository: ImageReference;
  readonly version: string;
  /** Full path. */
  readonly source: string;
  readonly remote: string;
  readonly branch: string;
  /** What the label of the source says; undefined where that is the remote's own address. */
  readonly address: string | undefined;
  /** With tag and digest. */
  readonly base: string;
  readonly buildBase: string;
  readonly libraries: string;
  /** Full path. */
  readonly dockerfile: string;
  readonly platform: string;
  readonly registryUsername: string;
  /** Full path; undefined where Node.js trusts the registry anyway. */
  readonly registryCaFile: string | undefined;
  readonly isDevelopment: boolean;
  readonly registryPassword: Output<string>;
}

type Get = (name: string) => string;

const LIBRARIES = ["installed", "in-base"];

/** @throws RunError that lists every mistake */
export function readSettings(config: Config, folder: string): ImageSettings {
  const get: Get = (name) => config.get(name) ?? "";
  const registryPassword = config.getSecret("registryPassword");
  const repository = parseImageReference(get("repository"));
  const problems = [
    ...problemsOf(get),
    ...(registryPassword === undefined ? ["registryPassword is missing; add --secret"] : []),
  ];
  if (problems.length > 0 || "problem" in repository || registryPassword === undefined) {
    const lines = problems.map((problem) => `  bookwyrm-image:${problem}`);
    throw new RunError(
      ["The stack's configuration is wrong (pulumi config set <name> <value>):", ...lines].join(
        "\n",
      ),
    );
  }
  const caFile = get("registryCaFile");
  return {
    repository,
    version: get("version"),
    source: resolve(folder, get("source")),
    remote: get("remote"),
    branch: get("branch"),
    address: get("address") || undefined,
    base: get("base"),
    buildBase: get("buildBase") || get("base"),
    libraries: get("libraries"),
    dockerfile: resolve(folder, get("dockerfile")),
    platform: get("platform"),
    registryUsername: get("registryUsername"),
    registryCaFile: caFile === "" ? undefined : resolve(folder, caFile),
    isDevelopment: config.getBoolean("development") ?? false,
    registryPassword,
  };
}

/** Each reads on from `bookwyrm-image:`. */
export function problemsOf(get: Get): string[] {
  const problems: string[] = [];
  const demand = (isMet: boolean, name: string, problem: string): void => {
    if (!isMet) problems.push(`${name} (${JSON.stringify(get(name))}) ${problem}`);
  };
  const repository = parseImageReference(get("repository"));
  if ("problem" in repository) demand(false, "repository", repository.problem);
  else {
    const isBare = repository.tag === undefined && repository.digest === undefined;
    demand(isBare, "repository", "has a tag or a digest, which the build gives it");
  }
  demand(/^\d[\w.]*$/.test(get("version")), "version", "is no release such as 0.9.2");
  demand(get("source") !== "", "source", "names no folder");
  const isAddress = /^https?:\/\/[^\s/@]+\//.test(get("address"));
  demand(
    get("address") === "" || isAddress,
    "address",
    "is none such as https://…, without a user",
  );
  for (const name of get("buildBase") === "" ? ["base"] : ["base", "buildBase"]) {
    const image = parsePinnedImage(get(name));
    if ("problem" in image) demand(false, name, image.problem);
  }
  demand(LIBRARIES.includes(get("libraries")), "libraries", `is none of ${LIBRARIES.join(", ")}`);
  demand(
    /^linux\/[a-z0-9]+(\/v\d)?$/.test(get("platform")),
    "platform",
    "is none such as linux/amd64",
  );
  demand(get("registryUsername") !== "", "registryUsername", "names no robot");
  return problems;
}
