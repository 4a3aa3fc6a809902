import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import type { ImageSettings } from "./settings.ts";
import type { Source } from "./source.ts";

/** What is built and under which name, all of it known before the build. */
export interface Plan {
  /** Registry and path. */
  readonly repository: string;
  /** Names release and commit. */
  readonly tag: string;
  readonly revision: string;
  /** Names everything that the bytes depend on; the image carries it as a label. */
  readonly inputs: string;
  readonly buildArgs: Readonly<Record<string, string>>;
}

const SHORT_REVISION = 12;

/** @param isReleasable whether the work tree is clean and its commit on the remote */
export function planImage(settings: ImageSettings, source: Source, isReleasable: boolean): Plan {
  const { repository, version, base, buildBase, libraries, dockerfile, platform } = settings;
  const { revision, epoch } = source;
  const suffix = isReleasable ? "" : "-dirty";
  const buildArgs = {
    BASE: base,
    BUILD_BASE: buildBase,
    LIBRARIES: libraries,
    VERSION: version,
    REVISION: `${revision}${suffix}`,
    SOURCE: settings.address ?? source.address,
    CREATED: new Date(epoch * 1000).toISOString(),
    SOURCE_DATE_EPOCH: epoch.toString(),
  };
  const inputs = createHash("sha256")
    .update(recipeOf(dockerfile))
    .update(JSON.stringify({ ...buildArgs, platform }))
    .digest("hex");
  return {
    repository: `${repository.registry}/${repository.path}`,
    tag: `release-${version}-${revision.slice(0, SHORT_REVISION)}${suffix}`,
    revision: buildArgs.REVISION,
    inputs,
    buildArgs: { ...buildArgs, INPUTS: inputs },
  };
}

/** The Dockerfile, and what BuildKit keeps out of the context for it; a `.dockerignore` of the clone is part of its commit. */
function recipeOf(dockerfile: string): string {
  const ignored = `${dockerfile}.dockerignore`;
  const files = existsSync(ignored) ? [dockerfile, ignored] : [dockerfile];
  return JSON.stringify(files.map((file) => readFileSync(file, "utf8")));
}
